import { z } from 'zod';

/*
 * Members of requests to CloudWatch, with their patterns and bounds (API reference). Several operations have each.
 */

export const alarmName = z.string().min(1).max(255);

export const alarmNames = z.array(alarmName).max(100);

export const metricName = z.string().min(1).max(255);

export const namespace = z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^:].*/);

export const dimensions = z
    .array(z.strictObject({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024) }))
    .max(30)
    .default([]);

export const unit = z.enum([
    'Seconds',
    'Microseconds',
    'Milliseconds',
    'Bytes',
    'Kilobytes',
    'Megabytes',
    'Gigabytes',
    'Terabytes',
    'Bits',
    'Kilobits',
    'Megabits',
    'Gigabits',
    'Terabits',
    'Percent',
    'Count',
    'Bytes/Second',
    'Kilobytes/Second',
    'Megabytes/Second',
    'Gigabytes/Second',
    'Terabytes/Second',
    'Bits/Second',
    'Kilobits/Second',
    'Megabits/Second',
    'Gigabits/Second',
    'Terabits/Second',
    'Count/Second',
    'None',
]);

export const statistic = z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']);

export const stateValue = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

/** Pages of alarms and of their history: 100 unless less is asked for. */
export const maxRecords = z.number().int().min(1).max(100).default(100);

export const nextToken = z.string().optional();
