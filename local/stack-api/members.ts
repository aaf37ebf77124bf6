import { z } from 'zod';

/** A stack's name, of at most 128 characters, or its ID (CreateStack, API reference). */
export const stackName = z.string().regex(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$|^arn:/);

export const ofStack = z.strictObject({ StackName: stackName });
