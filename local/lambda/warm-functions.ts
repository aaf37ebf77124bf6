import { statSync } from 'node:fs';
import { type FunctionSettings, LambdaFunction } from './function';

/** Functions that stay from one invocation to the next, as Lambda keeps them; a new build is a new function. */
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
