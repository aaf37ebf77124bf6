import { randomUUID } from 'node:crypto';
import { isObject, jsonIn } from '../../json';
import { type AwsEvent, type EventOrigin, onEvent } from '../event-bus';
import { mayDeliver } from '../logs/policies';
import { ingest } from '../logs/put-events';
import { expire, logGroups } from '../logs/state';
import { createStream } from '../logs/streams';
import { type Call, internalCall } from '../service';
import { publishAs } from '../sns/publish';
import { storeOf } from '../world';
import { inputOf } from './input';
import { eventPattern } from './pattern';
import { type Rule, ruleArn, rules, type Target } from './state';

/** An event that a rule could not hand to a target. */
export interface FailedDelivery {
    readonly at: Date;
    readonly ruleArn: string;
    readonly targetArn: string;
    readonly reason: string;
}

/** What failed in an account and Region. AWS counts it in the metric FailedInvocations; here one can read why. */
export const failedDeliveries = storeOf('failed event deliveries', (): { items: FailedDelivery[] } => ({
    items: [],
}));

onEvent((event, origin) => {
    deliverEvent(event, origin);
});

/** Hands an event to the targets of all rules that it matches. Returns its ID. */
export function deliverEvent(event: AwsEvent, origin: EventOrigin, time?: Date): string {
    const call = internalCall(origin.world, origin, 'DeliverEvent');
    const now = new Date(call.world.clock.now());
    const id = randomUUID();
    const whole = {
        version: '0',
        id,
        'detail-type': event['detail-type'],
        source: event.source,
        account: call.account,
        time: inSeconds(time ?? now),
        region: call.region,
        resources: event.resources,
        detail: event.detail,
    };
    for (const rule of rules.of(call.world, call).values()) {
        if (rule.isEnabled && eventPattern(rule.pattern)(whole)) {
            deliverTo(rule, whole, now, call);
        }
    }
    return id;
}

function deliverTo(rule: Rule, event: { readonly time: string }, now: Date, call: Call): void {
    const arn = ruleArn(rule.name, call);
    const ingestionTime = inSeconds(now);
    for (const target of rule.targets.values()) {
        const input = inputOf(target, { event, ruleArn: arn, ruleName: rule.name, ingestionTime });
        const reason = send(target, input, { ruleArn: arn, time: event.time }, call);
        if (reason !== undefined) {
            const failure = { at: now, ruleArn: arn, targetArn: target.Arn, reason };
            failedDeliveries.of(call.world, call).items.push(failure);
        }
    }
}

interface Sender {
    readonly ruleArn: string;
    /** The event's, in ISO 8601. */
    readonly time: string;
}

/** Returns why it could not. */
function send(
    { Arn, InputTransformer }: Target,
    input: string,
    sender: Sender,
    call: Call,
): string | undefined {
    const [, , service, , , ...resource] = Arn.split(':');
    switch (service) {
        case 'sns': {
            const message = textOf(input);
            return publishAs(Arn, { service: 'events.amazonaws.com', source: sender.ruleArn, message }, call);
        }
        case 'logs': {
            const event = InputTransformer
                ? transformedEvent(input)
                : { timestamp: Date.parse(sender.time), message: input };
            return event
                ? log(resource.slice(1).join(':'), event, sender, call)
                : `What the transformer made is no JSON: ${input}`;
        }
        default:
            return `The AWS stand-in does not deliver to ${service}`;
    }
}

/**
 * A text in JSON is sent without its quotes (EventBridge user guide, Input transform examples). Several lines of them are
 * no JSON and sent as they are.
 */
function textOf(input: string): string {
    const value = jsonIn(input);
    return typeof value === 'string' ? value : input;
}

/** What a transformer for a log group makes: a time in milliseconds or ISO 8601, and a message; undefined if it is no JSON. */
function transformedEvent(
    input: string,
): { readonly timestamp: number; readonly message: string } | undefined {
    const made = jsonIn(input);
    if (!isObject(made)) {
        return undefined;
    }
    const { timestamp, message } = made;
    return {
        timestamp: typeof timestamp === 'number' ? timestamp : Date.parse(`${timestamp}`),
        message: typeof message === 'string' ? message : JSON.stringify(message),
    };
}

/** Each event has a log stream of its own. */
function log(
    name: string,
    event: { readonly timestamp: number; readonly message: string },
    { ruleArn: source }: Sender,
    call: Call,
): string | undefined {
    const group = logGroups.of(call.world, call).get(name);
    if (!group) {
        return `The log group ${name} does not exist`;
    }
    if (!mayDeliver(name, source, call)) {
        return `No resource policy lets EventBridge write into the log group ${name}`;
    }
    expire(group, call.world.clock.now());
    ingest([event], createStream(group, randomUUID(), call), group, call);
    return undefined;
}

/** Events have times in whole seconds. */
function inSeconds(at: Date): string {
    return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
