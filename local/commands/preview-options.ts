import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { pairOption } from '../pair';
import { regionOption } from '../region';
import type { Workplace } from '../workplace';
import type { ExitCode } from './exit-code';
import { preview } from './preview';

interface PreviewFlags {
    readonly images?: string;
    readonly repository?: string;
    readonly live?: true;
    readonly resource?: string;
    readonly parameter: ReadonlyMap<string, string>;
    readonly region: string;
    readonly date: number;
    readonly details?: true;
    readonly format: string;
    readonly html?: string;
    readonly check?: true;
    readonly maxExpiring?: number;
    readonly protect: readonly string[];
}

/** Makes the command `preview` of the program's. */
export function addPreview(
    command: Command,
    run: (work: (workplace: Workplace) => Promise<ExitCode>) => Promise<void>,
): void {
    command
        .description(
            'show what a lifecycle policy does with images, before it does; nothing is written in AWS',
        )
        .argument('<file>', 'a CloudFormation template, or a lifecycle policy of ECR in JSON', (file) =>
            path.resolve(file),
        )
        .option('--images <file>', 'images in the form of "aws ecr describe-images"')
        .option(
            '--repository <name>',
            'a repository that has the images (default: the RepositoryName in the template)',
        )
        .option('--live', 'the repository is in the account of your AWS credentials, not in the stand-in')
        .option('--resource <LogicalId>', 'which resource, when the template has several of the type')
        .addOption(pairOption('--parameter <Key=Value>', 'a parameter of the template'))
        .addOption(regionOption())
        .addOption(
            new Option('--date <date>', 'the day to look from').argParser(date).default(Date.now(), 'now'),
        )
        .option('--details', 'a line for each image')
        .addOption(
            new Option('--format <format>', 'the form of the output')
                .choices(['text', 'json'])
                .default('text'),
        )
        .option('--html <file>', 'also draw it: a page that needs nothing else')
        .option('--check', "compare with ECR's own preview of the repository")
        .option('--max-expiring <number>', 'exit code 2 when more images would expire today', wholeNumber)
        .addOption(protectOption())
        .action((file: string, flags: PreviewFlags) =>
            run((workplace) => {
                const {
                    images,
                    repository,
                    resource,
                    parameter,
                    html,
                    maxExpiring,
                    live,
                    details,
                    check,
                    ...rest
                } = flags;
                return preview(workplace, {
                    ...rest,
                    file,
                    images,
                    repository,
                    html,
                    maxExpiring,
                    logicalId: resource,
                    parameters: parameter,
                    live: live === true,
                    details: details === true,
                    check: check === true,
                });
            }),
        );
}

function protectOption(): Option {
    const words = 'exit code 2 when an image with such a tag would ever expire; repeatable';
    return new Option('--protect <pattern>', words).argParser(listed).default([], 'none');
}

function date(text: string): number {
    const time = Date.parse(text);
    if (Number.isNaN(time)) {
        throw new InvalidArgumentError('wanted a date, for example 2026-11-30.');
    }
    return time;
}

function wholeNumber(text: string): number {
    if (!/^\d+$/.test(text)) {
        throw new InvalidArgumentError('wanted a whole number, 0 or more.');
    }
    return Number(text);
}

function listed(text: string, others: readonly string[]): readonly string[] {
    return [...others, text];
}
