import { InvalidArgumentError, Option } from 'commander';

/** The option of a command that works in one Region. */
export function regionOption(): Option {
    return new Option('--region <name>', 'the AWS Region; AWS_DEFAULT_REGION counts too')
        .env('AWS_REGION')
        .argParser(regionName)
        .default(process.env['AWS_DEFAULT_REGION'] || 'us-east-1');
}

/** The name, or an error for what cannot be the name of an AWS Region. */
export function regionName(written: string): string {
    if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(written)) {
        throw new InvalidArgumentError(`${written} is no AWS Region; one is eu-west-1.`);
    }
    return written;
}
