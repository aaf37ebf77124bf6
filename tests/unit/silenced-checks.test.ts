import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** In two parts, or this file would be found itself. */
const SILENCERS = ['biome-', '@ts-'].flatMap((tool) =>
    ['ignore', 'expect-error', 'nocheck'].map((word) => tool + word),
);

test('no check of the linter or the compiler is silenced', () => {
    const patterns = SILENCERS.flatMap((silencer) => ['-e', silencer]);
    const search = ['grep', '--fixed-strings', '--line-number', ...patterns, '--', '*.ts', '*.mts', '*.cjs'];
    const found = () => execFileSync('git', search, { cwd: join(__dirname, '../..'), encoding: 'utf8' });
    // git grep ends with 1 when it finds nothing.
    expect(found).toThrow(expect.objectContaining({ status: 1 }));
});
