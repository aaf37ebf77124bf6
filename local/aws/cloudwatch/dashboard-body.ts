import { z } from 'zod';
import { jsonIn } from '../../json';

/** As PutDashboard answers. */
interface ValidationMessage {
    /** As in /widgets/0/properties. */
    readonly DataPath: string;
    readonly Message: string;
}

/** A metric: namespace, name, dimensions, options; the texts ".", "..." repeat the one before. */
const metric = z.array(z.union([z.string(), z.record(z.string(), z.unknown())])).min(1);

const place = {
    x: z.number().int().min(0).max(23).optional(),
    y: z.number().int().min(0).optional(),
    width: z.number().int().min(1).max(24).optional(),
    height: z.number().int().min(1).max(1000).optional(),
};

function widget<T extends string, P extends z.core.$ZodLooseShape>(type: T, properties: P) {
    return z.looseObject({ ...place, type: z.literal(type), properties: z.looseObject(properties) });
}

/** Dashboard Body Structure and Syntax (CloudWatch API reference). */
const body = z.looseObject({
    widgets: z
        .array(
            z.discriminatedUnion('type', [
                widget('metric', {
                    metrics: z.array(metric).max(500).optional(),
                    region: z.string(),
                    view: z.enum(['timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table']).optional(),
                    period: z.number().int().optional(),
                    stat: z.string().optional(),
                    title: z.string().optional(),
                }),
                widget('text', { markdown: z.string() }),
                widget('log', { query: z.string(), region: z.string() }),
                widget('alarm', { alarms: z.array(z.string()).min(1).max(100) }),
                widget('explorer', {}),
                widget('custom', {}),
            ]),
        )
        .max(500),
    start: z.string().optional(),
    end: z.string().optional(),
    periodOverride: z.enum(['auto', 'inherit']).optional(),
});

const MEMBERS: readonly string[] = ['widgets', 'start', 'end', 'periodOverride', 'variables'];

/** What keeps a body from being taken, and what would not be shown of it. */
export function violationsOf(text: string): {
    readonly errors: readonly ValidationMessage[];
    readonly warnings: readonly ValidationMessage[];
} {
    const result = body.safeParse(jsonIn(text));
    if (!result.success) {
        const errors = result.error.issues.map(({ path, message }) => ({
            DataPath: `/${path.join('/')}`,
            Message: message,
        }));
        return { errors, warnings: [] };
    }
    const warnings = Object.keys(result.data)
        .filter((name) => !MEMBERS.includes(name))
        .map((name) => ({ DataPath: '', Message: `Unknown property found, should NOT have "${name}"` }));
    return { errors: [], warnings };
}
