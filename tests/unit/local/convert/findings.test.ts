import { converted } from '../../../support/converted';

describe('severities', () => {
    const SOME = [{ numeric: ['>', 0] }];
    const COUNTS = 'finding-severity-counts';

    const rule = (detail: object, target: object = { Ref: 'AlertTopic' }) => ({
        Type: 'AWS::Events::Rule',
        Properties: {
            EventPattern: {
                source: ['aws.ecr'],
                'detail-type': ['ECR Image Scan'],
                detail: { 'repository-name': ['api'], ...detail },
            },
            Targets: [{ Id: 'target', Arn: target }],
        },
    });

    function resources(others: object, Outputs: object = {}) {
        const Api = { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'api' } };
        const { file, report } = converted(JSON.stringify({ Resources: { Api, ...others }, Outputs }));
        const { Api: after, ...rest } = JSON.parse(file('4')).Resources;
        return { properties: after.Properties, others: Object.keys(rest), report };
    }

    test.each<[string, object, string[]]>([
        ['one', { [COUNTS]: { HIGH: SOME } }, ['HIGH']],
        ['any of two', { [COUNTS]: { $or: [{ CRITICAL: SOME }, { HIGH: SOME }] } }, ['CRITICAL', 'HIGH']],
        [
            'any of two counts',
            { $or: [{ [COUNTS]: { CRITICAL: SOME } }, { [COUNTS]: { HIGH: SOME } }] },
            ['CRITICAL', 'HIGH'],
        ],
    ])('of a rule become NotifySeverities: %s', (_what, detail, NotifySeverities) => {
        expect(resources({ Rule: rule(detail) })).toMatchObject({
            properties: { EnableScanNotifications: true, NotifySeverities },
            others: [],
        });
    });

    test.each<[string, object]>([
        ['both together', { [COUNTS]: { CRITICAL: SOME, HIGH: SOME } }],
        ['more than some', { [COUNTS]: { HIGH: [{ numeric: ['>', 5] }] } }],
        ['one and another field', { $or: [{ [COUNTS]: { HIGH: SOME } }, { 'image-tags': ['v1'] }] }],
        ['one, and any of others', { [COUNTS]: { LOW: SOME }, $or: [{ [COUNTS]: { HIGH: SOME } }] }],
    ])('of a rule that mean something else stay: %s', (_what, detail) => {
        expect(resources({ Rule: rule(detail) })).toMatchObject({
            others: ['Rule'],
            report: expect.stringContaining('it filters events'),
        });
    });

    test('of a rule that is off, or that an output needs, stay', () => {
        const off = rule({});
        expect(
            resources({ Rule: { ...off, Properties: { ...off.Properties, State: 'DISABLED' } } }),
        ).toMatchObject({ others: ['Rule'] });
        const outputs = { Rule: { Value: { 'Fn::GetAtt': ['Rule', 'Arn'] } } };
        expect(resources({ Rule: rule({}) }, outputs)).toMatchObject({
            others: ['Rule'],
            report: expect.stringContaining('something else in the template refers to it'),
        });
    });

    const found = (severity: string) => `$.detail.${COUNTS}.${severity}`;

    const filter = (FilterPattern: string, MetricValue = '1', MetricName = 'Findings') => ({
        Type: 'AWS::Logs::MetricFilter',
        Properties: {
            LogGroupName: { Ref: 'Log' },
            FilterPattern,
            MetricTransformations: [{ MetricNamespace: 'Team', MetricName, MetricValue }],
        },
    });

    const alarm = (properties: object = {}) => ({
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
            Namespace: 'Team',
            MetricName: 'Findings',
            Statistic: 'Maximum',
            ComparisonOperator: 'GreaterThanThreshold',
            Threshold: 0,
            ...properties,
        },
    });

    const logged = (others: object) =>
        resources({
            Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'scans', RetentionInDays: 7 } },
            Rule: rule({}, { 'Fn::GetAtt': ['Log', 'Arn'] }),
            ...others,
        });

    const ANY = `{ (${found('CRITICAL')} > 0) || (${found('HIGH')} > 0) }`;

    test.each<[string, object, object]>([
        [
            'CRITICAL, as by default',
            { A: filter(`{ ${found('CRITICAL')} > 0 }`), B: alarm() },
            { VulnerabilityThreshold: 0 },
        ],
        [
            'HIGH',
            { A: filter(`{ ${found('HIGH')} >= 1 }`), B: alarm() },
            { AlarmSeverities: ['HIGH'], VulnerabilityThreshold: 0 },
        ],
        [
            'any of two in one filter',
            { A: filter(ANY), B: alarm({ Statistic: 'Sum' }) },
            { AlarmSeverities: ['CRITICAL', 'HIGH'], VulnerabilityThreshold: 0 },
        ],
        [
            'any of two by two filters of one metric',
            { A: filter(`{ ${found('HIGH')} > 0 }`), C: filter(`{ ${found('CRITICAL')} > 0 }`), B: alarm() },
            { AlarmSeverities: ['CRITICAL', 'HIGH'], VulnerabilityThreshold: 0 },
        ],
        [
            'a scan with more than five',
            { A: filter(`{ ${found('HIGH')} > 5 }`), B: alarm() },
            { AlarmSeverities: ['HIGH'], VulnerabilityThreshold: 5 },
        ],
        [
            'the number itself',
            { A: filter(`{ ${found('HIGH')} > 0 }`, found('HIGH')), B: alarm({ Threshold: 5 }) },
            { AlarmSeverities: ['HIGH'], VulnerabilityThreshold: 5 },
        ],
        [
            'a metric that ECR would have to publish',
            {
                B: alarm({
                    Namespace: 'AWS/ECR',
                    MetricName: 'HighSeverityVulnerabilities',
                    Dimensions: [{ Name: 'RepositoryName', Value: { Ref: 'Api' } }],
                }),
            },
            { AlarmSeverities: ['HIGH'], VulnerabilityThreshold: 0 },
        ],
    ])('of an alarm become AlarmSeverities: %s', (_what, others, settings) => {
        const { properties, others: rest } = logged(others);
        expect(rest).toEqual([]);
        const { AlarmSeverities, VulnerabilityThreshold } = properties;
        expect(JSON.parse(JSON.stringify({ AlarmSeverities, VulnerabilityThreshold }))).toEqual(settings);
    });

    test.each<[string, object]>([
        [
            'another filter of its metric',
            { A: filter(ANY), C: filter('{ $.detail.scan-status = "FAILED" }'), B: alarm() },
        ],
        ['an alarm whose actions are off', { A: filter(ANY), B: alarm({ ActionsEnabled: false }) }],
        ['both together', { A: filter(ANY.replace('||', '&&')), B: alarm() }],
        ['more than three scans', { A: filter(`{ ${found('HIGH')} > 0 }`), B: alarm({ Threshold: 3 }) }],
        [
            'a sum over scans',
            {
                A: filter(`{ ${found('HIGH')} > 0 }`, found('HIGH')),
                B: alarm({ Threshold: 5, Statistic: 'Sum' }),
            },
        ],
        ['five of one or of the other', { A: filter(ANY.replaceAll('> 0', '> 5')), B: alarm() }],
        [
            'fewer than',
            { A: filter(ANY), B: alarm({ ComparisonOperator: 'LessThanThreshold', Threshold: 1 }) },
        ],
        [
            'what it computes',
            {
                A: filter(ANY),
                B: {
                    Type: 'AWS::CloudWatch::Alarm',
                    Properties: {
                        Metrics: [
                            {
                                Id: 'm',
                                MetricStat: { Metric: { Namespace: 'Team', MetricName: 'Findings' } },
                            },
                        ],
                        ComparisonOperator: 'GreaterThanThreshold',
                        Threshold: 0,
                    },
                },
            },
        ],
    ])('of an alarm that means something else stay, with what feeds it: %s', (_what, others) => {
        const { properties, others: rest, report } = logged(others);
        expect(rest).toEqual(['Log', 'Rule', ...Object.keys(others)]);
        expect(properties).not.toHaveProperty('CreateCloudWatchAlarms');
        expect(report).toMatch(/Rule .*has filters that stay\n +B .*otherwise than the alarm of this type/);
    });
});
