import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { partition } from '@aws-sdk/util-endpoints';

/** A template to try. */
export interface Example {
    readonly name: string;
    readonly template: string;
}

/** Others refer to what these make. */
const FIRST = ['notification-topic', 'replication-destination', 'vpc-endpoints'];

/** All templates of a folder, in the order in which they are deployed. */
export function readExamples(folder: string): readonly Example[] {
    const names = readdirSync(folder)
        .filter((file) => file.endsWith('.yml'))
        .map((file) => path.parse(file).name)
        .toSorted();
    return [
        ...FIRST.filter((name) => names.includes(name)),
        ...names.filter((name) => !FIRST.includes(name)),
    ].map((name) => ({ name, template: deletable(readFileSync(path.join(folder, `${name}.yml`), 'utf8')) }));
}

/** Nothing is to stay. */
function deletable(template: string): string {
    return template.replaceAll(/^(\s*DeletionPolicy:) Retain\w*/gm, '$1 Delete');
}

/** Values for parameters, by name, in whatever example they occur: all that is named must be there. */
export function parameterValues(account: string, region: string): ReadonlyMap<string, string> {
    return new Map([
        ['AlertTopicArn', `arn:${partition(region).name}:sns:${region}:${account}:security-alerts`],
        ['DestinationAccountId', account],
        ['DestinationRegion', region === 'us-west-2' ? 'us-east-1' : 'us-west-2'],
        ['PullAccountIds', account],
        ['PushAccountIds', account],
        ['SourceAccountId', account],
    ]);
}
