import type { Call } from './service';
import type { Place, World } from './world';

/** An event as EventBridge hands it to rules (Amazon EventBridge user guide, AWS service event metadata). */
export interface AwsEvent {
    readonly source: string;
    readonly 'detail-type': string;
    readonly resources: readonly string[];
    readonly detail: object;
}

/** What services tell the default event bus of an account and Region. */
export type EventListener = (event: AwsEvent, origin: EventOrigin) => void;

export interface EventOrigin extends Place, Pick<Call, 'partition'> {
    readonly world: World;
}

const listeners: EventListener[] = [];

/** EventBridge listens; a service that emits knows nothing of it. */
export function onEvent(listener: EventListener): void {
    listeners.push(listener);
}

/** Delivers an event of an AWS service to the default event bus of that account and Region. */
export function emit(event: AwsEvent, origin: EventOrigin): void {
    for (const listener of listeners) {
        listener(event, origin);
    }
}
