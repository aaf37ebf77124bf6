import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isObject, jsonIn } from '../../json';
import { type Call, type Operation, operation } from '../service';
import { deliverEvent } from './delivery';
import * as members from './members';
import { isOtherBus } from './state';

const entry = z.strictObject({
    Time: z.date().optional(),
    Source: z.string().optional(),
    Resources: z.array(z.string().max(2048)).default([]),
    DetailType: z.string().optional(),
    Detail: z.string().optional(),
    EventBusName: members.busName,
    TraceHeader: z.string().optional(),
});

type Entry = z.output<typeof entry>;

export const putEventsOperations: Readonly<Record<string, Operation>> = {
    /** Entries fail one by one (PutEvents, API reference). */
    PutEvents: operation(z.strictObject({ Entries: z.array(entry).min(1).max(10) }), ({ Entries }, call) => {
        const results = Entries.map((each) => put(each, call));
        return {
            FailedEntryCount: results.filter((each) => 'ErrorCode' in each).length,
            Entries: results,
        };
    }),
};

function put(entry: Entry, call: Call): object {
    const { Source = '', DetailType = '', Resources, Detail = '', Time, EventBusName } = entry;
    const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => value === '');
    if (missing) {
        const [name] = missing;
        return {
            ErrorCode: 'InvalidArgument',
            ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
        };
    }
    // Events of AWS's own services come from them alone (PutEventsRequestEntry, API reference).
    if (Source.startsWith('aws.')) {
        return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' };
    }
    const detail = jsonIn(Detail);
    if (!isObject(detail)) {
        return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    }
    // An event for a bus that does not exist is lost: PutEvents has no error for it (API reference).
    if (isOtherBus(EventBusName, call)) {
        return { EventId: randomUUID() };
    }
    const event = { source: Source, 'detail-type': DetailType, resources: Resources, detail };
    return { EventId: deliverEvent(event, call, Time) };
}
