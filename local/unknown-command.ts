import type { Command } from 'commander';
import { didYouMean } from './did-you-mean';

/** Refuses an unknown command. Commander would show help, or run the default command with the name as its argument. */
export function refuseUnknownCommand(program: Command, args: readonly string[]): void {
    const [first, second] = program.parseOptions([...args]).operands;
    const command = first === 'help' ? second : first;
    const names = program.commands.map((each) => each.name());
    if (command !== undefined && !['help', ...names].includes(command)) {
        program.error(`error: unknown command '${command}'${didYouMean(command, names)}`);
    }
}
