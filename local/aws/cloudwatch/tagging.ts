import { AwsError } from '../error';
import type { Call } from '../service';
import { taggingOperations } from '../tags';
import { alarms } from './alarms';
import { dashboards } from './dashboards';
import { refusal } from './errors';

export const TAG_ERRORS = { invalid: 'InvalidParameterValue', tooMany: 'InvalidParameterValue' };

export const tagOperations = taggingOperations(TAG_ERRORS, taggedResource);

/** An alarm or a dashboard of the caller's. */
function taggedResource(resourceArn: string, call: Call): { tags: Map<string, string> } {
    const [, region, account, kind, name = ''] =
        /^arn:aws[a-z-]*:cloudwatch:([a-z0-9-]*):(\d{12}):(alarm:|dashboard\/)(.+)$/.exec(resourceArn) ?? [];
    if (kind === undefined) {
        throw refusal('InvalidParameterValueException', `Invalid ARN: ${resourceArn}`);
    }
    const isOwn = account === call.account && (region === '' || region === call.region);
    const store = kind === 'alarm:' ? alarms.of(call.world, call) : dashboards(call);
    const resource = isOwn ? store.get(name) : undefined;
    if (!resource) {
        throw new AwsError('ResourceNotFoundException', `The resource ${resourceArn} does not exist.`, 404);
    }
    return resource;
}
