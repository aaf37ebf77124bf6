import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';

const ROOT = path.join(__dirname, '..');

/** The folders whose templates are ours to keep right. */
const FOLDERS = ['deploy', 'examples'];

/** The CloudFormation templates in a folder and below: YAML files with a section Resources, packages of npm aside. */
function templatesIn(folder: string): string[] {
    const names = existsSync(folder) ? readdirSync(folder, { encoding: 'utf8', recursive: true }) : [];
    return names
        .filter((name) => /\.ya?ml$/.test(name) && !name.includes('node_modules'))
        .map((name) => path.join(folder, name))
        .filter((file) => /^Resources:/m.test(readFileSync(file, 'utf8')));
}

/** Runs cfn-lint with the rules of lint/ over the arguments, or over all templates of the project. */
function lint(given: readonly string[]): number {
    const missing = given.find((file) => !existsSync(file));
    if (missing !== undefined) {
        console.error(
            `${missing}: it does not exist. Give the paths of CloudFormation templates, or none for all.`,
        );
        return 1;
    }
    const templates = FOLDERS.flatMap((folder) => templatesIn(path.join(ROOT, folder)));
    const files = given.length > 0 ? given : templates.map((file) => path.relative(process.cwd(), file));
    const options = ['--append-rules', path.join(ROOT, 'lint'), '--template', ...files];
    const { error, status } = spawnSync('cfn-lint', options, { stdio: 'inherit' });
    if (error) {
        console.error('There is no cfn-lint on PATH. Install it with "pip install cfn-lint", or pipx.');
        return 1;
    }
    if (status === 0) {
        console.log(`${files.length} templates, nothing wrong.`);
    }
    return status ?? 1;
}

new Command('npm run lint:templates --')
    .description("Checks templates with cfn-lint, by this type's rules in lint/ as well.")
    .argument('[templates...]', 'CloudFormation templates (default: all in deploy/ and examples/)')
    .addHelpText(
        'after',
        '\nIt needs cfn-lint on PATH: pip install cfn-lint.\nExit codes are those of cfn-lint.',
    )
    .showHelpAfterError('(--help tells what there is)')
    .action((templates: string[]) => {
        process.exitCode = lint(templates);
    })
    .parse();
