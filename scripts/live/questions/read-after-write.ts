import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeResourcePoliciesCommand, PutResourcePolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
    GetRegistryScanningConfigurationCommand,
    PutRegistryScanningConfigurationCommand,
} from '@aws-sdk/client-ecr';
import {
    type InputTransformer,
    ListTargetsByRuleCommand,
    PutRuleCommand,
    PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { partition } from '@aws-sdk/util-endpoints';
import { type Asking, NAME, type Question, TRIES } from './asking';
import { inUntouchedRegistry, ruleFor } from './scanning';

/** A write that differs from the one before, and whether a read right after it finds it. */
interface WriteAndRead {
    write(n: number): Promise<unknown>;
    read(n: number): Promise<boolean>;
}

/** How many reads do not find what was just written. */
export async function missed({ write, read }: WriteAndRead): Promise<string> {
    let count = 0;
    for (let n = 1; n <= TRIES; n++) {
        await write(n);
        count += (await read(n)) ? 0 : 1;
    }
    return `${count} of ${TRIES} reads missed the write before`;
}

export const resourcePolicies: Question = {
    question: 'resource policies of logs: read after write',
    ask: (asking) =>
        missed({
            write: (n) =>
                asking.logs.send(
                    new PutResourcePolicyCommand({
                        policyName: NAME,
                        policyDocument: policy(`Number${n}`, asking),
                    }),
                ),
            async read(n) {
                const { resourcePolicies: found = [] } = await asking.logs.send(
                    new DescribeResourcePoliciesCommand({}),
                );
                const ours = found.find(({ policyName }) => policyName === NAME);
                return ours?.policyDocument?.includes(`"Number${n}"`) ?? false;
            },
        }),
};

/** A rule that no event of AWS matches. */
export const targets: Question = {
    question: 'targets of a rule: read after write',
    async ask(asking) {
        const EventPattern = JSON.stringify({ source: [NAME] });
        await asking.events.send(new PutRuleCommand({ Name: NAME, EventPattern }));
        return missed({
            write: (n) =>
                asking.events.send(
                    new PutTargetsCommand({
                        Rule: NAME,
                        Targets: [{ Id: 'one', Arn: logGroupArn(asking), InputTransformer: input(n) }],
                    }),
                ),
            async read(n) {
                const { Targets = [] } = await asking.events.send(
                    new ListTargetsByRuleCommand({ Rule: NAME }),
                );
                return Targets[0]?.InputTransformer?.InputTemplate === input(n).InputTemplate;
            },
        });
    },
};

export const alarms: Question = {
    question: 'alarms: read after write',
    ask: ({ cloudwatch }) =>
        missed({
            write: (n) =>
                cloudwatch.send(
                    new PutMetricAlarmCommand({
                        AlarmName: NAME,
                        Namespace: NAME,
                        MetricName: 'None',
                        Statistic: 'Sum',
                        Period: 300,
                        EvaluationPeriods: 1,
                        ComparisonOperator: 'GreaterThanThreshold',
                        Threshold: n,
                    }),
                ),
            async read(n) {
                const { MetricAlarms = [] } = await cloudwatch.send(
                    new DescribeAlarmsCommand({ AlarmNames: [NAME] }),
                );
                return MetricAlarms[0]?.Threshold === n;
            },
        }),
};

/** The registry's other configurations are written and read alike. */
export const registryScanning: Question = {
    question: "registry's scanning: read after write",
    ask: ({ ecr }) =>
        inUntouchedRegistry(ecr, () =>
            missed({
                write: (n) =>
                    ecr.send(
                        new PutRegistryScanningConfigurationCommand({
                            scanType: 'BASIC',
                            rules: [ruleFor('SCAN_ON_PUSH', `${NAME}-${n}`)],
                        }),
                    ),
                async read(n) {
                    const { scanningConfiguration } = await ecr.send(
                        new GetRegistryScanningConfigurationCommand({}),
                    );
                    const [rule] = scanningConfiguration?.rules ?? [];
                    return rule?.repositoryFilters?.[0]?.filter === `${NAME}-${n}`;
                },
            }),
        ),
};

function policy(Sid: string, asking: Asking): string {
    const Principal = { Service: 'events.amazonaws.com' };
    const Resource = `${logGroupArn(asking)}:*`;
    const Statement = [{ Sid, Effect: 'Allow', Principal, Action: 'logs:PutLogEvents', Resource }];
    return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** A log group takes an input of these two members alone (EventBridge user guide, targets: CloudWatch Logs). */
function input(n: number): InputTransformer {
    return {
        InputPathsMap: { time: '$.time' },
        InputTemplate: `{"timestamp":<time>,"message":"Number ${n}"}`,
    };
}

function logGroupArn({ account, region }: Asking): string {
    return `arn:${partition(region).name}:logs:${region}:${account}:log-group:${NAME}`;
}
