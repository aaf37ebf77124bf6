import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeImageScanFindingsCommand, type ECRClient, StartImageScanCommand } from '@aws-sdk/client-ecr';
import { CLOCK } from '../../src/clock';
import { calling, Refusal } from '../registration/refusal';

/** EventBridge promises no time; minutes are usual. */
const PATIENCE_MILLISECONDS = 15 * 60_000;

/** Scans an image, or waits for the scan that its push began, and tells what was found. */
export async function scan(
    ecr: ECRClient,
    repositoryName: string,
    imageDigest: string,
    signal: AbortSignal,
): Promise<string> {
    const image = { repositoryName, imageId: { imageDigest } };
    try {
        await calling('ecr:StartImageScan', ecr.send(new StartImageScanCommand(image)));
    } catch (error) {
        // One scan a day, and ScanOnPush had it.
        if (!(error instanceof Refusal && error.code === 'LimitExceededException')) {
            throw error;
        }
    }
    return until('The end of the scan', signal, async () => {
        const { imageScanStatus, imageScanFindings } = await calling(
            'ecr:DescribeImageScanFindings',
            ecr.send(new DescribeImageScanFindingsCommand(image)),
        );
        const { status, description } = imageScanStatus ?? {};
        if (status === 'COMPLETE' || status === 'ACTIVE') {
            const counts = Object.entries(imageScanFindings?.findingSeverityCounts ?? {});
            return counts.map(([severity, count]) => `${severity} ${count}`).join(', ') || 'no findings';
        }
        if (status !== 'IN_PROGRESS' && status !== 'PENDING') {
            throw new Error(`The scan ended as ${status}: ${description}`);
        }
        return undefined;
    });
}

/** The first event that reaches a log group. */
export function firstEvent(
    logs: CloudWatchLogsClient,
    logGroupName: string,
    signal: AbortSignal,
): Promise<string> {
    return until('An event', signal, async () => {
        const { events: [event] = [] } = await calling(
            'logs:FilterLogEvents',
            logs.send(new FilterLogEventsCommand({ logGroupName })),
        );
        return event?.message;
    });
}

/** The state of an alarm once there is a value of its metric: until then it has insufficient data. */
export function alarmState(cloudwatch: CloudWatchClient, name: string, signal: AbortSignal): Promise<string> {
    return until('A value of the metric', signal, async () => {
        const { MetricAlarms: [alarm] = [] } = await calling(
            'cloudwatch:DescribeAlarms',
            cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] })),
        );
        return alarm?.StateValue === 'INSUFFICIENT_DATA' ? undefined : alarm?.StateValue;
    });
}

async function until<Answer>(
    what: string,
    signal: AbortSignal,
    ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
    for (const deadline = Date.now() + PATIENCE_MILLISECONDS; Date.now() < deadline; ) {
        const answer = await ask();
        if (answer !== undefined) {
            return answer;
        }
        await CLOCK.sleep(5_000, signal);
    }
    throw new Error(`${what} did not come within ${PATIENCE_MILLISECONDS / 60_000} minutes.`);
}
