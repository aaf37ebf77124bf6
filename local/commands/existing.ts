import type { StackState } from '../stacks/state';
import type { Workplace } from '../workplace';

/** The stack of that name, or an error that names those that there are. */
export function existing({ folder }: Pick<Workplace, 'folder'>, name: string): StackState {
    const state = folder.load(name);
    if (!state) {
        throw new Error(`There is no stack ${name}; there are: ${folder.stacks().join(', ') || 'none'}.`);
    }
    return state;
}
