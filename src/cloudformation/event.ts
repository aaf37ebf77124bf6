import { Action } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import { isRecord } from '../json';
import { obstacleIn } from '../validate';

type Check = readonly [path: string, wanted: string, holds: (value: unknown) => boolean];

const ACTIONS: readonly unknown[] = Object.values(Action);

/** What the library takes for granted in an event, and breaks without. */
const CHECKS: readonly Check[] = [
    ['action', `one of ${ACTIONS.join(', ')}`, (value) => ACTIONS.includes(value)],
    ['awsAccountId', '12 digits', (value) => matches(value, /^\d{12}$/)],
    ['bearerToken', 'a text', (value) => typeof value === 'string' && value !== ''],
    // A Region becomes part of a host's name.
    ['region', 'an AWS Region', (value) => matches(value, /^[a-z]+(-[a-z0-9]+)+$/)],
    ['nextToken', 'a text or nothing', isTextOrNothing],
    // Part of the namespace that metrics are delivered to.
    [
        'resourceType',
        'the name of a type or nothing',
        (value) => value == null || matches(value, /^\w+(::\w+){2,3}$/),
    ],
    ['stackId', 'a text or nothing', isTextOrNothing],
    ['callbackContext', 'an object or nothing', isObjectOrNothing],
    ['requestData', 'an object', isRecord],
    ['requestData.logicalResourceId', 'a text or nothing', isTextOrNothing],
    [
        'requestData.providerLogGroupName',
        'the name of a log group or nothing',
        (value) => value == null || matches(value, /^[\w.\-/#]{1,512}$/),
    ],
    ['requestData.resourceProperties', 'an object or nothing', isObjectOrNothing],
    ['requestData.previousResourceProperties', 'an object or nothing', isObjectOrNothing],
    ['requestData.typeConfiguration', 'an object or nothing', isObjectOrNothing],
    ['requestData.stackTags', 'tags or nothing', isTextsOrNothing],
    ['requestData.previousStackTags', 'tags or nothing', isTextsOrNothing],
    ['requestData.callerCredentials', 'credentials or nothing', isCredentialsOrNothing],
    ['requestData.providerCredentials', 'credentials or nothing', isCredentialsOrNothing],
];

/** One sentence for everything in which an event is not as CloudFormation sends it. Says nothing secret. */
export function shapeViolations(event: unknown): string[] {
    if (!isRecord(event)) {
        return ['event: wanted an object'];
    }
    const obstacle = obstacleIn(event);
    if (obstacle) {
        return [`event: ${obstacle}`];
    }
    return CHECKS.filter(([path, , holds]) => !holds(at(event, path))).map(
        ([path, wanted]) => `${path}: wanted ${wanted}`,
    );
}

/** The event's secrets: the credentials and the token. */
export function secretsOf(event: unknown): string[] {
    const paths = ['bearerToken', 'requestData.callerCredentials', 'requestData.providerCredentials'];
    return (
        paths
            .map((path) => at(event, path))
            .flatMap((secret) => (isRecord(secret) ? Object.values(secret) : [secret]))
            .filter((secret): secret is string => typeof secret === 'string' && secret !== '')
            // One that is part of another must not be taken out of it first, or the rest of that one would stay.
            .sort((a, b) => b.length - a.length)
    );
}

function at(event: unknown, path: string): unknown {
    return path.split('.').reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), event);
}

function matches(value: unknown, pattern: RegExp): boolean {
    return typeof value === 'string' && pattern.test(value);
}

function isObjectOrNothing(value: unknown): boolean {
    return value == null || isRecord(value);
}

function isTextOrNothing(value: unknown): boolean {
    return value == null || typeof value === 'string';
}

function isTextsOrNothing(value: unknown): boolean {
    return (
        value == null || (isRecord(value) && Object.values(value).every((text) => typeof text === 'string'))
    );
}

function isCredentialsOrNothing(value: unknown): boolean {
    return (
        value == null ||
        (isRecord(value) &&
            typeof value['secretAccessKey'] === 'string' &&
            // These two become part of a header.
            matches(value['accessKeyId'], /^[\w-]+$/) &&
            (value['sessionToken'] == null || matches(value['sessionToken'], /^[!-~]*$/)))
    );
}
