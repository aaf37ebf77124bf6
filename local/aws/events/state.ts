import { AwsError } from '../error';
import { arn, type Call } from '../service';
import { storeOf } from '../world';

/** What a rule sends events to, as PutTargets takes it. */
export interface Target {
    readonly Id: string;
    readonly Arn: string;
    readonly RoleArn?: string | undefined;
    readonly Input?: string | undefined;
    readonly InputPath?: string | undefined;
    readonly InputTransformer?: InputTransformer | undefined;
    readonly DeadLetterConfig?: { readonly Arn?: string | undefined } | undefined;
    readonly RetryPolicy?: object | undefined;
}

export interface InputTransformer {
    /** JSON paths by the variable's name. */
    readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
    readonly InputTemplate: string;
}

export interface Rule {
    readonly name: string;
    /** JSON. */
    pattern: string;
    isEnabled: boolean;
    description?: string | undefined;
    roleArn?: string | undefined;
    tags: Map<string, string>;
    readonly targets: Map<string, Target>;
}

/** The rules of the default event bus of an account in a Region, by name. */
export const rules = storeOf('event rules', () => new Map<string, Rule>());

/** The one event bus that the stand-in has. */
export const BUS = 'default';

/** The rule, or ResourceNotFoundException. */
export function ruleOf(name: string, busName: string | undefined, call: Call): Rule {
    refuseOtherBus(busName, call);
    const rule = rules.of(call.world, call).get(name);
    if (!rule) {
        throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${BUS}.`);
    }
    return rule;
}

/** A bus is named by its name or its ARN. */
export function isOtherBus(busName = BUS, call: Call): boolean {
    return busName !== BUS && busName !== arn('events', call, `event-bus/${BUS}`);
}

export function refuseOtherBus(busName: string | undefined, call: Call): void {
    if (isOtherBus(busName, call)) {
        throw new AwsError('ResourceNotFoundException', `Event bus ${busName} does not exist.`);
    }
}

export function ruleArn(name: string, call: Call): string {
    return arn('events', call, `rule/${name}`);
}
