import path from 'node:path';
import { WarmFunctions } from '../../local/lambda/warm-functions';
import { StateFolder } from '../../local/stacks/state';
import type { Workplace } from '../../local/workplace';

/** Where commands keep their state; without an endpoint they start a stand-in. Its functions are to be closed. */
export function workplaceIn(folder: string, endpoint?: string): Workplace {
    return {
        folder: new StateFolder(folder),
        bundle: path.join(__dirname, '..', '..', 'dist', 'handlers.js'),
        functions: new WarmFunctions(),
        endpoint,
        interrupted: new AbortController().signal,
    };
}
