import { z } from 'zod';

/** A stack's name, or its ID. */
export const stackName = z
    .string()
    .min(1)
    .max(128)
    .regex(/^[a-zA-Z][-a-zA-Z0-9]*$|^arn:/);

export const ofStack = z.strictObject({ StackName: stackName });
