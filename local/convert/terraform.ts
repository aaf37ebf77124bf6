import { z } from 'zod';
import type { Json, JsonObject } from '../json';
import type { Home } from './conversion';

const Values = z.record(z.string(), z.json());

const TerraformResource = z.object({
    address: z.string(),
    mode: z.string(),
    type: z.string(),
    values: Values,
});

type TerraformResource = z.infer<typeof TerraformResource>;

interface Module {
    readonly resources: readonly TerraformResource[];
    readonly child_modules: readonly Module[];
}

const Module: z.ZodType<Module, unknown> = z.lazy(() =>
    z.object({
        resources: z.array(TerraformResource).default([]),
        child_modules: z.array(Module).default([]),
    }),
);

/** The output of terraform show -json (Terraform, JSON output format: values representation). */
const State = z.object({ format_version: z.string(), values: z.object({ root_module: Module }) });

/** A Terraform state in the words of CloudFormation. */
export interface TerraformState {
    readonly template: JsonObject;
    readonly home: Home;
    /** Where Terraform has each resource of the template, and what became part of it. */
    readonly addresses: ReadonlyMap<string, readonly string[]>;
}

type Translate = (values: JsonObject, all: readonly TerraformResource[]) => JsonObject;

/** What each of the provider's resources is in CloudFormation. */
const TYPES: Readonly<Record<string, { readonly type: string; readonly translate: Translate }>> = {
    aws_ecr_repository: { type: 'AWS::ECR::Repository', translate: repository },
    aws_ecr_replication_configuration: { type: 'AWS::ECR::ReplicationConfiguration', translate: replication },
    aws_ecr_registry_scanning_configuration: {
        type: 'AWS::ECR::RegistryScanningConfiguration',
        translate: scanning,
    },
    aws_cloudwatch_event_rule: { type: 'AWS::Events::Rule', translate: eventRule },
    aws_cloudwatch_log_group: { type: 'AWS::Logs::LogGroup', translate: logGroup },
    aws_cloudwatch_log_resource_policy: { type: 'AWS::Logs::ResourcePolicy', translate: logPolicy },
    aws_cloudwatch_log_metric_filter: { type: 'AWS::Logs::MetricFilter', translate: metricFilter },
    aws_cloudwatch_metric_alarm: { type: 'AWS::CloudWatch::Alarm', translate: alarm },
};

/** Resources that are a part of another one in CloudFormation, and the value that names that one. */
const PARTS: Readonly<Record<string, string>> = {
    aws_ecr_lifecycle_policy: 'repository',
    aws_ecr_repository_policy: 'repository',
    aws_cloudwatch_event_target: 'rule',
};

/** Reads a state, modules within modules included; undefined for anything else. */
export function readTerraform(data: unknown): TerraformState | undefined {
    const state = State.safeParse(data);
    if (!state.success) {
        return undefined;
    }
    const all = resourcesOf(state.data.values.root_module).filter(({ mode }) => mode === 'managed');
    const resources: Record<string, JsonObject> = {};
    const addresses = new Map<string, string[]>();
    for (const { type, address, values } of all) {
        const known = TYPES[type];
        if (known) {
            const name = type === 'aws_ecr_repository' ? text(values['name']) : address;
            const logicalId = freeId(name, resources);
            resources[logicalId] = { Type: known.type, Properties: present(known.translate(values, all)) };
            addresses.set(logicalId, [address, ...partsOf(text(values['name']), type, all)]);
        }
    }
    return { template: { Resources: resources }, home: homeOf(all), addresses };
}

function resourcesOf({ resources, child_modules }: Module): TerraformResource[] {
    return [...resources, ...child_modules.flatMap(resourcesOf)];
}

function partsOf(name: string, type: string, all: readonly TerraformResource[]): string[] {
    const wholes = ['aws_ecr_repository', 'aws_cloudwatch_event_rule'];
    return all
        .filter((one) => {
            const key = PARTS[one.type];
            return (
                key !== undefined &&
                wholes.includes(type) &&
                one.values[key] === name &&
                isPartOf(one.type, type)
            );
        })
        .map(({ address }) => address);
}

function isPartOf(part: string, whole: string): boolean {
    return part.startsWith('aws_ecr') === whole.startsWith('aws_ecr');
}

/** An ARN tells the account and the Region. One stack is in one of each. */
function homeOf(all: readonly TerraformResource[]): Home {
    const places = all
        .filter(({ type }) => type === 'aws_ecr_repository')
        .map(({ values }) => text(values['arn']).split(':'))
        .map(([, , , region = '', account = '']) => ({ region, account }));
    const [first = { region: '', account: '' }] = places;
    const other = places.find(({ region, account }) => region !== first.region || account !== first.account);
    if (other) {
        throw new Error(
            `The state has repositories in ${first.account}/${first.region} and in ${other.account}/${other.region}; a stack is in one account and Region. Give the state of one of them.`,
        );
    }
    return first;
}

function repository(values: JsonObject, all: readonly TerraformResource[]): JsonObject {
    const [encryption] = blocks(values['encryption_configuration']);
    const [scan] = blocks(values['image_scanning_configuration']);
    const lifecycle = partValue('aws_ecr_lifecycle_policy', values, all);
    return {
        RepositoryName: text(values['name']),
        ImageTagMutability: values['image_tag_mutability'] ?? null,
        ImageTagMutabilityExclusionFilters: someBlocks(
            values['image_tag_mutability_exclusion_filter'],
            ({ filter }) => ({
                ImageTagMutabilityExclusionFilterValue: filter ?? null,
            }),
        ),
        ImageScanningConfiguration: scan ? { ScanOnPush: scan['scan_on_push'] ?? false } : null,
        EncryptionConfiguration: encryption
            ? present({
                  EncryptionType: encryption['encryption_type'] ?? null,
                  KmsKey: encryption['kms_key'] || null,
              })
            : null,
        EmptyOnDelete: values['force_delete'] ?? null,
        LifecyclePolicy: lifecycle === null ? null : { LifecyclePolicyText: lifecycle },
        RepositoryPolicyText: partValue('aws_ecr_repository_policy', values, all),
        Tags: tags(values['tags_all'] ?? values['tags']),
    };
}

function partValue(type: string, { name }: JsonObject, all: readonly TerraformResource[]): Json {
    const part = all.find((one) => one.type === type && one.values['repository'] === name);
    return part?.values['policy'] ?? null;
}

function replication(values: JsonObject): JsonObject {
    const [configuration = {}] = blocks(values['replication_configuration']);
    const rules = blocks(configuration['rule']).map((rule) => ({
        Destinations: blocks(rule['destination']).map(({ region = null, registry_id = null }) => ({
            Region: region,
            RegistryId: registry_id,
        })),
        RepositoryFilters: blocks(rule['repository_filter']).map(({ filter = null }) => ({ Filter: filter })),
    }));
    return { ReplicationConfiguration: { Rules: rules } };
}

function scanning(values: JsonObject): JsonObject {
    const rules = blocks(values['rule']).map((rule) => ({
        ScanFrequency: rule['scan_frequency'] ?? null,
        RepositoryFilters: blocks(rule['repository_filter']).map(({ filter = null }) => ({ Filter: filter })),
    }));
    return { ScanType: values['scan_type'] ?? null, Rules: rules };
}

function eventRule(
    { name = null, event_pattern, state }: JsonObject,
    all: readonly TerraformResource[],
): JsonObject {
    const targets = all.filter(
        ({ type, values }) => type === 'aws_cloudwatch_event_target' && values['rule'] === name,
    );
    return {
        EventPattern: typeof event_pattern === 'string' ? JSON.parse(event_pattern) : null,
        State: state ?? null,
        Targets: targets.map(({ values }) => ({ Arn: values['arn'] ?? null })),
    };
}

function logGroup({ name = null, retention_in_days }: JsonObject): JsonObject {
    return { LogGroupName: name, RetentionInDays: retention_in_days || null };
}

function logPolicy({ policy_document = null }: JsonObject): JsonObject {
    return { PolicyDocument: policy_document };
}

function metricFilter({
    log_group_name = null,
    pattern = null,
    metric_transformation,
}: JsonObject): JsonObject {
    const transformations = blocks(metric_transformation).map(
        ({ name = null, namespace = null, value = null }) => ({
            MetricName: name,
            MetricNamespace: namespace,
            MetricValue: value,
        }),
    );
    return { LogGroupName: log_group_name, FilterPattern: pattern, MetricTransformations: transformations };
}

function alarm(values: JsonObject): JsonObject {
    const { dimensions } = values;
    return {
        Namespace: values['namespace'] ?? null,
        MetricName: values['metric_name'] ?? null,
        Dimensions: entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        ComparisonOperator: values['comparison_operator'] ?? null,
        Threshold: values['threshold'] ?? null,
        Statistic: values['statistic'] ?? null,
        ActionsEnabled: values['actions_enabled'] ?? null,
        AlarmActions: values['alarm_actions'] ?? null,
    };
}

function tags(values: Json | undefined): Json {
    const list = entries(values).map(([Key, Value]) => ({ Key, Value }));
    return list.length > 0 ? list : null;
}

/** Terraform shows a block as a list of objects. */
function blocks(value: Json | undefined): JsonObject[] {
    return Values.array().catch([]).parse(value);
}

function someBlocks(value: Json | undefined, change: (block: JsonObject) => Json): Json {
    const list = blocks(value).map(change);
    return list.length > 0 ? list : null;
}

function entries(value: Json | undefined): [string, Json][] {
    return Object.entries(Values.catch({}).parse(value));
}

/** Terraform shows what is not set as null. */
function present(properties: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

function text(value: Json | undefined): string {
    return typeof value === 'string' ? value : '';
}

/** A logical ID that is not taken: letters and digits of a name. */
function freeId(name: string, taken: object): string {
    const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
    const base = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    let id = base;
    for (let number = 2; id in taken; number++) {
        id = `${base}${number}`;
    }
    return id;
}
