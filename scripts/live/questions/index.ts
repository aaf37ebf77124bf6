import type { Results } from '../results';
import type { Asking, Question } from './asking';
import { afterImport, afterRevertDrift, callbacks } from './handler-log';
import { alarms, registryScanning, resourcePolicies, targets } from './read-after-write';
import { emptyFilter, registryOrRepository } from './scanning';
import { logGroups, logStreams, newLogStreams } from './second-creation';
import { everyTag } from './tag-pattern';

/** In the order in which they are asked: the first ones make what later ones need. */
const QUESTIONS: readonly Question[] = [
    logGroups,
    logStreams,
    newLogStreams,
    resourcePolicies,
    targets,
    alarms,
    registryScanning,
    registryOrRepository,
    everyTag,
    afterImport,
    afterRevertDrift,
];

/** Asks AWS what its documentation leaves open; `enhanced` also what turns on Amazon Inspector. */
export async function askQuestions(
    results: Results,
    asking: Asking,
    { enhanced }: { readonly enhanced: boolean },
): Promise<void> {
    for (const { question, ask } of [...QUESTIONS, ...(enhanced ? [emptyFilter] : [])]) {
        if (asking.interrupted.aborted) {
            return;
        }
        await results.step(question, () => ask(asking));
    }
    if (!enhanced) {
        results.skip(emptyFilter.question, 'not asked for (--enhanced): it turns on Amazon Inspector');
    }
}

/** Asks how late the handlers were called back, of all stacks that there were. */
export async function askOfCallbacks(results: Results, asking: Asking): Promise<void> {
    await results.step(callbacks.question, () => callbacks.ask(asking));
}
