import { spawnSync } from 'node:child_process';

/** A tool of others that `npm run test:all` judges this project by. */
export interface Tool {
    readonly name: string;
    /** Succeeds where the tool is installed. */
    readonly check: readonly [string, ...string[]];
    readonly howToGet: string;
}

export const TOOLS: readonly Tool[] = [
    { name: 'cfn-lint', check: ['cfn-lint', '--version'], howToGet: 'pip install cfn-lint' },
    { name: 'moto_server', check: ['moto_server', '--help'], howToGet: 'pip install "moto[server]"' },
    {
        name: "botocore's models",
        check: ['python3', '-c', 'import botocore'],
        howToGet: 'pip install botocore',
    },
    { name: 'the AWS CLI', check: ['aws', '--version'], howToGet: 'pip install awscli' },
];

export function isInstalled({ check: [command, ...args] }: Tool): boolean {
    return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
