import { isAwsError } from './errors';

/** What AWS answers; undefined if it answers with one of these errors, which mean that there is no such thing. */
export async function ifThere<T>(answer: Promise<T>, ...errors: readonly string[]): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (isAwsError(error, ...errors)) {
            return undefined;
        }
        throw error;
    }
}
