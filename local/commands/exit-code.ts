import type { Result } from '../stacks/stack';

/** 0: success; 1: an error; 2: drift; 130: interrupted by Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 130;

export const EXIT_CODES: Readonly<Record<Result, ExitCode>> = {
    DONE: 0,
    UNCHANGED: 0,
    FAILED: 1,
    INTERRUPTED: 130,
};
