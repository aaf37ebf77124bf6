import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import schema from '../../schema.json';

/* docs/from-terraform.md beside the variables of the Terraform module and what they are when nobody sets them. */
const page = readFileSync(join(__dirname, '../../docs/from-terraform.md'), 'utf8');

const NONE = undefined;

const VARIABLES: Readonly<Record<string, unknown>> = {
    repository_name: NONE,
    image_tag_mutability: 'MUTABLE',
    scan_on_push: true,
    encryption_type: 'AES256',
    kms_key_arn: NONE,
    enable_lifecycle_policy: true,
    untagged_image_retention_count: 3,
    tagged_image_retention_count: 10,
    image_retention_days: 0,
    tag_prefix_list: ['v', 'prod'],
    lifecycle_rules: NONE,
    enable_repository_policy: false,
    pull_account_ids: NONE,
    push_account_ids: NONE,
    custom_policy_statements: NONE,
    enable_replication: false,
    replication_destinations: NONE,
    enable_registry_scanning: false,
    scan_type: 'BASIC',
    enable_scan_logging: false,
    enable_scan_notifications: false,
    sns_topic_arn: NONE,
    create_cloudwatch_alarms: false,
    vulnerability_threshold: 0,
    alarm_actions: NONE,
    log_retention_days: 30,
    tags: NONE,
};

const RULE = [
    'id',
    'enabled',
    'tag_prefix_list',
    'tagged_image_retention_count',
    'untagged_image_retention_count',
    'image_retention_days',
];

const DESTINATION = [
    'region',
    'registry_id',
    'repository_filter',
    'enable_replication_time_control',
    'enable_replication_metrics',
];

const OUTPUTS = ['repository_arn', 'repository_url', 'repository_name', 'registry_id'];

/** The first two columns of the table under a heading. */
function tableUnder(heading: string): string[][] {
    const section = page.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
    return [...section.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)].map(([, ...columns]) => columns);
}

/** The property of that name, in CloudFormation's spelling. */
function namesake(variable: string, names: readonly string[]): string | undefined {
    return names.find((name) => name.toLowerCase() === variable.replaceAll('_', ''));
}

const properties: Readonly<Record<string, object>> = schema.properties;
const { LifecycleRule, ReplicationDestination } = schema.definitions;

test.each([
    ['Variables', Object.keys(VARIABLES), properties],
    ['`lifecycle_rules`', RULE, LifecycleRule.properties],
    ['`replication_destinations`', DESTINATION, ReplicationDestination.properties],
])('%s: the page names the property of each', (heading, variables, known) => {
    const names = Object.keys(known);
    expect(tableUnder(heading)).toEqual(variables.map((variable) => [variable, namesake(variable, names)]));
});

test.each(Object.entries(VARIABLES))('%s is by default what it was, %j', (variable, value) => {
    const property = properties[namesake(variable, Object.keys(properties)) ?? ''] ?? {};
    expect(Reflect.get(property, 'default')).toEqual(value);
});

test('the page names the attribute of each output', () => {
    const names = schema.readOnlyProperties.map((pointer) => pointer.replace('/properties/', ''));
    const attribute = (output: string) => `!GetAtt Repository.${namesake(output, names)}`;
    expect(schema.primaryIdentifier).toEqual(['/properties/RepositoryName']);
    expect(tableUnder('Outputs')).toEqual(
        OUTPUTS.map((output) => [
            output,
            output === 'repository_name' ? '!Ref Repository' : attribute(output),
        ]),
    );
});
