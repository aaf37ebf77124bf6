import { DamagedFile } from '../files';
import type { StackState } from '../stacks/state';
import { say, type Workplace } from '../workplace';

/** The other stacks of the same account and Region; a damaged one is passed over. */
export function neighbours({ folder }: Workplace, { name, aws, region }: StackState): StackState[] {
    const others = folder.stacks().filter((other) => other !== name);
    return others
        .flatMap((other) => {
            try {
                return folder.load(other) ?? [];
            } catch (error) {
                if (!(error instanceof DamagedFile)) {
                    throw error;
                }
                say(`${error.message} Whether it has one of these resources was not checked.`);
                return [];
            }
        })
        .filter((other) => other.aws === aws && other.region === region);
}
