import { statSync } from 'node:fs';
import { type FunctionSettings, LambdaFunction } from './function';

/** Keeps functions between invocations, as Lambda does. After a new build of the handlers there is a new function. */
export class WarmFunctions {
    private readonly functions = new Map<string, LambdaFunction>();

    get(settings: FunctionSettings): LambdaFunction {
        const built = statSync(settings.bundle, { throwIfNoEntry: false })?.mtimeMs;
        const key = JSON.stringify([settings, built]);
        const warm = this.functions.get(key) ?? new LambdaFunction(settings);
        this.functions.set(key, warm);
        return warm;
    }

    async close(): Promise<void> {
        await Promise.all([...this.functions.values()].map((each) => each.close()));
    }
}
