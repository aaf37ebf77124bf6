import { alarmName, dashboardName, logGroupName, ruleName } from '../../src/aws/names';
import type { RepositoryRef } from '../../src/aws/repository-ref';
import type { PartialProperties } from '../../src/properties';

/* The repository of most tests, where it is, and what belongs to it. */
export const NAME = 'my-app';
export const IDENTIFIER: PartialProperties = { RepositoryName: NAME };

export const ACCOUNT = '123456789012';
export const HERE = 'us-east-1';
/** A Region that images are replicated to. */
export const THERE = 'us-west-2';

export const MY_APP: RepositoryRef = {
    partition: 'aws',
    region: HERE,
    account: ACCOUNT,
    repositoryName: NAME,
};

export const REPOSITORY = `arn:aws:ecr:${HERE}:${ACCOUNT}:repository/${NAME}`;
export const KEY = `arn:aws:kms:${HERE}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const OTHER_KEY = KEY.replace('1234abcd', 'abcd1234');
export const TOPIC = `arn:aws:sns:${HERE}:${ACCOUNT}:alerts`;
export const OTHER_TOPIC = TOPIC.replace('alerts', 'others');

export const GROUP = logGroupName(NAME, 'scan-findings');
export const SCANS = ruleName(NAME, 'scans');
export const PUSHES = ruleName(NAME, 'pushes');
export const SEVERE = ruleName(NAME, 'severe-scans');
export const ALARM = alarmName(NAME, 'critical-vulnerabilities');
export const DASHBOARD = dashboardName(MY_APP);

export const LOGGED: PartialProperties = { EnableScanLogging: true, LogRetentionDays: 7 };
export const NOTIFIED: PartialProperties = { EnableScanNotifications: true, SnsTopicArn: TOPIC };
export const ALARMED: PartialProperties = {
    CreateCloudWatchAlarms: true,
    VulnerabilityThreshold: 5,
    AlarmActions: [TOPIC],
};
export const SHOWN: PartialProperties = { CreateDashboard: true, LogRetentionDays: 7 };
