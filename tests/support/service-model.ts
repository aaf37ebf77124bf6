import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RecordedCall } from '../../local/aws/calls';

/** A shape of an AWS service model, as botocore publishes it. */
export interface Shape {
    readonly type: string;
    readonly required?: readonly string[];
    readonly members?: Readonly<Record<string, Reference>>;
    readonly member?: Reference;
    readonly key?: Reference;
    readonly value?: Reference;
    /** Of characters, of items, or of a number, as the type has it. */
    readonly min?: number;
    readonly max?: number;
    readonly pattern?: string;
    readonly enum?: readonly string[];
    /** What the query protocol calls an error. */
    readonly error?: { readonly code: string };
}

interface Reference {
    readonly shape: string;
}

export interface ServiceModel {
    readonly operations: Readonly<
        Record<
            string,
            {
                readonly input?: Reference;
                readonly output?: Reference;
                readonly errors?: readonly Reference[];
            }
        >
    >;
    readonly shapes: Readonly<Record<string, Shape>>;
}

/**
 * Where an input or an output, as JSON carries it, is not what AWS's model of the operation says: one line for every
 * reason.
 */
export function refusals(
    { operations, shapes }: ServiceModel,
    operation: string,
    content: unknown,
    side: 'input' | 'output' = 'input',
): string[] {
    const root = operations[operation]?.[side];
    return root
        ? new Checker(shapes, side).check(root, content, operation)
        : [`${operation} is no operation`];
}

/** Compares values with the shapes of a model. */
class Checker {
    constructor(
        private readonly shapes: ServiceModel['shapes'],
        private readonly side: 'input' | 'output',
    ) {}

    check({ shape: name }: Reference, value: unknown, path: string): string[] {
        const shape = this.shapes[name];
        switch (shape?.type) {
            case 'structure':
                return isObject(value) ? this.checkMembers(shape, value, path) : [`${path}: no structure`];
            case 'map':
                return isObject(value) ? this.checkEntries(shape, value, path) : [`${path}: no map`];
            case 'list':
                return Array.isArray(value) ? this.checkItems(shape, value, path) : [`${path}: no list`];
            default:
                return checkScalar(shape, value, path);
        }
    }

    checkEntries(shape: Shape, value: Fields, path: string): string[] {
        const entries = Object.entries(value);
        return [
            ...range(this.bounds(shape), entries.length, path),
            ...entries.flatMap(([key, one]) => [
                ...this.checkAt(shape.key, key, `${path}{${key}}`),
                ...this.checkAt(shape.value, one, `${path}.${key}`),
            ]),
        ];
    }

    /** Requests and answers share the shapes of lists and maps; only in requests is an empty one refused. */
    bounds(shape: Shape): Shape {
        return this.side === 'output' ? { ...shape, min: 0 } : shape;
    }

    checkItems(shape: Shape, items: readonly unknown[], path: string): string[] {
        return [
            ...range(this.bounds(shape), items.length, path),
            ...items.flatMap((item, index) => this.checkAt(shape.member, item, `${path}[${index}]`)),
        ];
    }

    checkAt(reference: Reference | undefined, value: unknown, path: string): string[] {
        return reference ? this.check(reference, value, path) : [`${path}: of no shape`];
    }

    checkMembers({ required = [], members = {} }: Shape, value: Fields, path: string): string[] {
        const missing = required.filter((name) => value[name] === undefined);
        return [
            ...missing.map((name) => `${path}.${name}: missing`),
            ...Object.entries(value).flatMap(([name, one]) => {
                const member = Object.hasOwn(members, name) ? members[name] : undefined;
                return member ? this.check(member, one, `${path}.${name}`) : [`${path}.${name}: unknown`];
            }),
        ];
    }
}

function checkScalar(shape: Shape | undefined, value: unknown, path: string): string[] {
    switch (shape?.type) {
        case 'blob':
        case 'string':
            return typeof value === 'string' ? checkText(shape, value, path) : [`${path}: no text`];
        case 'boolean':
            return typeof value === 'boolean' ? [] : [`${path}: no boolean`];
        case 'integer':
            return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31
                ? range(shape, Number(value), path)
                : [`${path}: no integer of 32 bits`];
        case 'long':
        case 'double':
        case 'float':
        case 'timestamp':
            return Number.isFinite(value) ? range(shape, Number(value), path) : [`${path}: no number`];
        default:
            return [`${path}: of a type unknown here, ${shape?.type}`];
    }
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function range(
    { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Shape,
    size: number,
    path: string,
) {
    return size < min || size > max ? [`${path}: ${size}, wanted ${min} to ${max}`] : [];
}

/** A pattern is about the whole text, whether it says so or not. Lengths are in characters, as Python counts them. */
function checkText(shape: Shape, text: string, path: string): string[] {
    const { pattern = '[^]*', enum: words = [text] } = shape;
    // Only \\p needs Unicode mode, and only without it is an escaped letter or mark taken for itself.
    const whole = new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
    return [
        ...range(shape, [...text].length, path),
        ...(whole.test(text) ? [] : [`${path}: does not match ${pattern}`]),
        ...(words.includes(text) ? [] : [`${path}: none of ${words.join(', ')}`]),
    ];
}

/** Tags have this alphabet by the model of CloudWatch Logs alone, and by the user guides of the other services too. */
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Rules that stand in AWS's documentation and not in its models: what is wrong with an input, by them. */
const DOCUMENTED: readonly ((call: Pick<RecordedCall, 'action' | 'input'>) => string[])[] = [
    // Amazon ECR user guide, tag restrictions; EventBridge and CloudWatch API references, Tag.
    ({ input }) => {
        const list = input['tags'] ?? input['Tags'] ?? [];
        const tags: [string, string][] = Array.isArray(list)
            ? list.map(({ Key = '', Value = '' }) => [Key, Value])
            : Object.entries(list as object);
        const wrong = tags.filter(
            ([key, value]) =>
                /^aws:/i.test(key) ||
                !TAG.test(`${key}${value}`) ||
                [...key].length < 1 ||
                [...key].length > 128 ||
                [...value].length > 256,
        );
        return [
            ...wrong.map(([key, value]) => `tag ${key}=${value}`),
            ...(new Set(tags.map(([key]) => key)).size < tags.length ? ['a key twice'] : []),
            ...(tags.length > 50 ? [`${tags.length} tags`] : []),
        ];
    },
    // EventBridge quotas: characters of a pattern, by default.
    ({ action, input }) =>
        action === 'events:PutRule' && String(input['EventPattern']).length > 2048 ? ['EventPattern'] : [],
    // CloudWatch API reference, PutMetricAlarm: no ASCII control characters.
    ({ action, input }) =>
        action === 'cloudwatch:PutMetricAlarm' &&
        [...String(input['AlarmName'])].some((mark) => mark < ' ' || mark === '\u007f')
            ? ['AlarmName']
            : [],
    // CloudWatch API reference, PutDashboard.
    ({ action, input }) =>
        action === 'cloudwatch:PutDashboard' && !/^[A-Za-z0-9_-]{1,255}$/.test(String(input['DashboardName']))
            ? ['DashboardName']
            : [],
];

/** Common Errors, a page of each API reference: what any operation may answer to a bad or a forbidden request. */
const COMMON_ERRORS = ['AccessDeniedException', 'ValidationError', 'ValidationException'];

const VERSIONS = {
    cloudformation: '2010-05-15',
    cloudwatch: '2010-08-01',
    ecr: '2015-09-21',
    events: '2015-10-07',
    logs: '2014-03-28',
    sns: '2010-03-31',
    sts: '2011-06-15',
};

/** AWS's models of the services, from the botocore that moto runs on. */
export class ServiceModels {
    private readonly models = new Map<string, ServiceModel>();

    constructor() {
        const script = 'import botocore; print(botocore.__path__[0])';
        const folder = execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim();
        for (const [service, version] of Object.entries(VERSIONS)) {
            const path = join(folder, 'data', service, version);
            const file = readdirSync(path).find((name) => name.startsWith('service-2.json')) ?? '';
            const content = readFileSync(join(path, file));
            const text = file.endsWith('.gz') ? gunzipSync(content) : content;
            this.models.set(service, JSON.parse(text.toString()));
        }
    }

    /** Where an answer, as JSON carries it, is none that AWS could give. An operation without output answers {}. */
    violations(action: string, output: object): string[] {
        const [service = '', operation = ''] = action.split(':');
        const model = this.models.get(service);
        return model?.operations[operation]?.output
            ? refusals(model, operation, output, 'output')
            : Object.keys(output).map((name) => `${operation}.${name}: unknown`);
    }

    /** An error that AWS's model of the operation does not name, and that is none of all operations. */
    unknownErrors(action: string, error: string): string[] {
        const [service = '', operation = ''] = action.split(':');
        const { operations, shapes } = this.models.get(service) ?? { operations: {}, shapes: {} };
        const known = (operations[operation]?.errors ?? []).flatMap(({ shape }) => [
            shape,
            shapes[shape]?.error?.code,
        ]);
        return [...known, ...COMMON_ERRORS].includes(error) ? [] : [`${action} knows no ${error}`];
    }

    /** Why AWS would refuse a call, by its model and by what is documented beyond. */
    refusals({ action, input }: Pick<RecordedCall, 'action' | 'input'>): string[] {
        const [service = '', operation = ''] = action.split(':');
        const model = this.models.get(service);
        return [
            ...(model ? refusals(model, operation, input) : [`${service} is no service`]),
            ...DOCUMENTED.flatMap((rule) => rule({ action, input })).map((what) => `${operation}: ${what}`),
        ].map((reason) => `${service}: ${reason}`);
    }
}
