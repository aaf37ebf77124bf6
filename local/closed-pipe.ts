import { errorCode } from './system-errors';

/** Continues when the reader of a pipe, such as head, ends first: a command that stops halfway leaves things behind. */
export function outliveReaders(): void {
    for (const stream of [process.stdout, process.stderr]) {
        stream.on('error', (error) => {
            if (errorCode(error) !== 'EPIPE') {
                throw error;
            }
        });
    }
}
