import { InvalidArgumentError, Option } from 'commander';

/** The option of a command that works in one Region. */
export function regionOption(): Option {
    const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((name) => process.env[name]);
    const option = new Option(
        '--region <name>',
        'the AWS Region; AWS_REGION and AWS_DEFAULT_REGION count too',
    )
        .argParser(regionName)
        .default('us-east-1');
    return variable === undefined ? option : option.env(variable);
}

/** The name, or an error for what cannot be the name of an AWS Region. */
export function regionName(written: string): string {
    if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(written)) {
        throw new InvalidArgumentError(`${written} is no AWS Region; one is eu-west-1.`);
    }
    return written;
}
