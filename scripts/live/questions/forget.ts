import { CloudWatchClient, DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
    CloudWatchLogsClient,
    DeleteLogGroupCommand,
    DeleteResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DeleteRuleCommand, EventBridgeClient, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { IMPORTED, NAME } from './asking';
import { resetScanning } from './scanning';

/** Deletes all that questions make; what is not there is no error. */
export async function forget(region: string): Promise<void> {
    const ecr = new ECRClient({ region });
    const logs = new CloudWatchLogsClient({ region });
    const events = new EventBridgeClient({ region });
    const cloudwatch = new CloudWatchClient({ region });
    for (const repositoryName of [NAME, IMPORTED]) {
        await unlessGone(ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })));
    }
    await resetScanning(ecr);
    await unlessGone(events.send(new RemoveTargetsCommand({ Rule: NAME, Ids: ['one'] })));
    await unlessGone(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [NAME] })));
    await unlessGone(logs.send(new DeleteResourcePolicyCommand({ policyName: NAME })));
    await unlessGone(logs.send(new DeleteLogGroupCommand({ logGroupName: NAME })));
    // By now its target is gone: DeleteRule may find it for some time.
    await unlessGone(events.send(new DeleteRuleCommand({ Name: NAME })));
}

async function unlessGone(deletion: Promise<unknown>): Promise<void> {
    try {
        await deletion;
    } catch (error) {
        if (!(error instanceof Error && /NotFound/.test(error.name))) {
            throw error;
        }
    }
}
