import { jsonIn } from '../../json';
import type { InputTransformer, Target } from './state';

/*
 * What a target gets in place of the event (EventBridge user guide, Input transformation; API reference,
 * InputTransformer).
 */

/** What the placeholders of a template may stand for beside the event's own values. */
export interface Delivery {
    readonly event: object;
    readonly ruleArn: string;
    readonly ruleName: string;
    /** When the event came, in ISO 8601. */
    readonly ingestionTime: string;
}

const STEP = /\.([\w-]+)|\[(\d+|\*)\]/g;

const PLACEHOLDER = /<([\w.-]+)>/g;

/** The text that a target gets. */
export function inputOf({ Input, InputPath, InputTransformer }: Target, delivery: Delivery): string {
    if (Input !== undefined) {
        return Input;
    }
    if (InputPath !== undefined) {
        return JSON.stringify(valueAt(InputPath, delivery.event) ?? {});
    }
    return InputTransformer ? transformed(InputTransformer, delivery) : JSON.stringify(delivery.event);
}

/** What is wrong with a target's input; undefined when nothing is. */
export function inputViolation(target: Target, service: string): string | undefined {
    const { Input, InputPath, InputTransformer } = target;
    const given = [Input, InputPath, InputTransformer].filter((each) => each !== undefined);
    if (given.length > 1) {
        return 'Only one of Input, InputPath, or InputTransformer must be provided.';
    }
    if (service === 'logs' && (Input !== undefined || InputPath !== undefined)) {
        return 'Input and InputPath are not supported for a log group.';
    }
    if (Input !== undefined && jsonIn(Input) === undefined) {
        return 'JSON syntax error in input.';
    }
    if (InputPath !== undefined && !isPath(InputPath)) {
        return `${InputPath} is no JSON path.`;
    }
    return InputTransformer && transformerViolation(InputTransformer, service);
}

function transformerViolation(
    { InputPathsMap = {}, InputTemplate }: InputTransformer,
    service: string,
): string | undefined {
    const paths = Object.entries(InputPathsMap);
    if (paths.length > 100) {
        return 'InputPathsMap has more than 100 members.';
    }
    const reserved = paths.find(([name]) => /^aws/i.test(name));
    if (reserved) {
        return `InputPathsMap has the key ${reserved[0]}; keys cannot start with AWS.`;
    }
    const wrong = paths.find(([, path]) => !isPath(path));
    if (wrong) {
        return `InputPathsMap has ${wrong[1]} at ${wrong[0]}, which is no JSON path.`;
    }
    const unknown = [...InputTemplate.matchAll(PLACEHOLDER)].find(
        ([, name = '']) => !(name in InputPathsMap) && !name.startsWith('aws.events.'),
    );
    if (unknown) {
        return `InputTemplate for target contains placeholder ${unknown[1]} that is not in InputPathsMap.`;
    }
    const sample = InputTemplate.replace(PLACEHOLDER, '0');
    // JSON, or lines of text in quotes (Amazon GuardDuty user guide, Sending notifications through Amazon SNS).
    if (jsonIn(sample) === undefined && sample.split('\n').some((line) => jsonIn(line) === undefined)) {
        return `InputTemplate is not valid JSON with its placeholders replaced: ${InputTemplate}`;
    }
    // The only form that a log group takes (EventBridge user guide, CloudWatch Logs as a target).
    const isForLogs = /^\{\s*"timestamp"\s*:.*"message"\s*:.*\}$/s.test(InputTemplate.trim());
    return service === 'logs' && !isForLogs
        ? 'InputTemplate for a log group must be of the form {"timestamp": <timestamp>, "message": <message>}.'
        : undefined;
}

/**
 * A placeholder between quotes is replaced by the value's text, and one without them by its JSON: a text outside a
 * text gets quotes. What is not in the event is an empty text (Common issues with transforming input).
 */
function transformed({ InputPathsMap = {}, InputTemplate }: InputTransformer, delivery: Delivery): string {
    const variable = (name: string): unknown =>
        name in InputPathsMap
            ? valueAt(InputPathsMap[name] ?? '', delivery.event)
            : predefined(name, delivery);
    let isInText = false;
    return InputTemplate.replace(/\\.|"|<[\w.-]+>/gs, (token) => {
        if (token === '"') {
            isInText = !isInText;
        }
        if (!token.startsWith('<')) {
            return token;
        }
        return written(variable(token.slice(1, -1)), isInText);
    });
}

/** Inside a text nothing is escaped, and an object or a list loses its quotes (Common issues with transforming input). */
function written(value: unknown, isInText: boolean): string {
    if (isInText && typeof value === 'string') {
        return value;
    }
    const json = JSON.stringify(value ?? '');
    return isInText ? json.replaceAll('"', '') : json;
}

/** Variables that every template has (Predefined variables). */
function predefined(name: string, { event, ruleArn, ruleName, ingestionTime }: Delivery): unknown {
    const values: Readonly<Record<string, unknown>> = {
        'aws.events.rule-arn': ruleArn,
        'aws.events.rule-name': ruleName,
        'aws.events.event.ingestion-time': ingestionTime,
        'aws.events.event': { ...event, detail: undefined },
        'aws.events.event.json': event,
    };
    return values[name];
}

/** Dots, hyphens, indices and stars; undefined when there is nothing. */
function valueAt(path: string, event: unknown): unknown {
    const steps = [...path.matchAll(STEP)].map(([, name, index]) => name ?? index ?? '');
    return steps.reduce<unknown>((node, step) => {
        if (step === '*') {
            return node;
        }
        const isThere = typeof node === 'object' && node !== null && Object.hasOwn(node, step);
        return isThere ? Reflect.get(node, step) : undefined;
    }, event);
}

function isPath(text: string): boolean {
    return text.startsWith('$') && text.replace(STEP, '') === '$';
}
