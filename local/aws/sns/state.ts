import { AwsError } from '../error';
import { arn, type Call } from '../service';
import { type Place, storeOf, type World } from '../world';

/** A message that a topic took, with what its subscribers get. */
export interface Message {
    readonly messageId: string;
    readonly topicArn: string;
    readonly subject?: string;
    readonly message: string;
    readonly publishedAt: Date;
    /** The endpoints of the confirmed subscriptions at that time, each as protocol and endpoint. */
    readonly deliveredTo: readonly string[];
}

export interface Subscription {
    readonly arn: string;
    readonly protocol: string;
    readonly endpoint: string;
    /** Email and HTTP wait for somebody to confirm, which nobody does here (Subscribe, API reference). */
    readonly isConfirmed: boolean;
}

export interface Topic {
    readonly name: string;
    readonly arn: string;
    /** As they were set: Policy, DisplayName, KmsMasterKeyId, FifoTopic… */
    readonly attributes: Map<string, string>;
    tags: Map<string, string>;
    readonly subscriptions: Map<string, Subscription>;
    readonly messages: Message[];
}

/** The topics of an account in a Region, by name. */
export const topics = storeOf('sns topics', () => new Map<string, Topic>());

/** The topic, or NotFound (InvalidParameter when it is no topic's ARN). */
export function topicOf(topicArn: string, call: Call): Topic {
    const topic = topics.of(call.world, call).get(nameIn(topicArn));
    if (topic?.arn !== topicArn) {
        throw new AwsError('NotFound', 'Topic does not exist', 404);
    }
    return topic;
}

export function nameIn(topicArn: string): string {
    const [, name] = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:([\w-]{1,256}(?:\.fifo)?)$/.exec(topicArn) ?? [];
    if (!name) {
        throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn');
    }
    return name;
}

export function topicArn(name: string, call: Call): string {
    return arn('sns', call, name);
}

/** What topics of an account and Region took, the oldest first; of one topic when its ARN is given. */
export function deliveredMessages(world: World, place: Place, ofTopic?: string): readonly Message[] {
    return [...topics.of(world, place).values()]
        .filter((topic) => ofTopic === undefined || topic.arn === ofTopic)
        .flatMap(({ messages }) => messages)
        .sort((a, b) => a.publishedAt.getTime() - b.publishedAt.getTime());
}
