import { z } from 'zod';

/*
 * Members of requests to EventBridge, with their patterns and bounds (API reference). Several operations have each.
 */

export const ruleName = z
    .string()
    .min(1)
    .max(64)
    .regex(/^[.\-_A-Za-z0-9]+$/);

export const targetId = ruleName;

export const busName = z.string().min(1).max(1600).optional();

export const eventPattern = z.string().max(4096);

/** Pages of rules and targets: 100 unless less is asked for. */
export const limit = z.number().int().min(1).max(100).default(100);

export const nextToken = z.string().min(1).max(2048).optional();
