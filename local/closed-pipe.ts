import { errorCode } from './system-errors';

/** What reads the output may end first, as head does; the work goes on, and leaves things as it would otherwise. */
export function outliveReaders(): void {
    for (const stream of [process.stdout, process.stderr]) {
        stream.on('error', (error) => {
            if (errorCode(error) !== 'EPIPE') {
                throw error;
            }
        });
    }
}
