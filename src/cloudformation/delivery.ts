import {
    type Credentials,
    type DimensionRecord,
    LogPublisher,
    MetricsPublisher,
    type MetricTypes,
    SessionProxy,
    type StandardUnit,
} from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import { type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
    CreateLogGroupCommand,
    CreateLogStreamCommand,
    type InputLogEvent,
    PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Clients, clients } from '../aws/clients';
import { deadlines } from '../deadlines';
import { isAwsError } from '../errors';

/** Milliseconds that an answer to CloudFormation may wait for the delivery of logs and metrics. */
const DELIVERY_TIME = 3_000;

/** Where CloudFormation asks a type to leave its logs, when it was registered with a logging role. */
export interface Destination {
    readonly resourceType: string;
    readonly region: string;
    readonly credentials: Credentials;
    readonly logGroupName: string;
    readonly logStreamName: string;
}

/** Gathers the log lines of one invocation. */
class LogBuffer extends LogPublisher {
    readonly lines: InputLogEvent[] = [];

    protected override async publishMessage(message: string, time = new Date()): Promise<void> {
        this.lines.push({ message, timestamp: time.getTime() });
    }
}

/** Gathers the metrics of one invocation. */
class MetricBuffer extends MetricsPublisher {
    readonly data: MetricDatum[] = [];

    override async publishMetric(
        name: MetricTypes,
        dimensions: DimensionRecord,
        unit: StandardUnit,
        value: number,
        timestamp: Date,
    ): Promise<void> {
        const list = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
        this.data.push({
            MetricName: name,
            Dimensions: list,
            Unit: unit,
            Value: value,
            Timestamp: timestamp,
        });
    }
}

/**
 * Logs and metrics for the account that registered the type. The library sends each line and each metric in a call of its own
 * and waits a quarter of a second before every line; here all of them go at once, at the end.
 */
export class Delivery {
    readonly logs = new LogBuffer();
    readonly metrics: MetricBuffer;

    constructor(private readonly destination: Destination) {
        const { credentials, region, resourceType } = destination;
        const session = new SessionProxy({ credentials, region });
        this.metrics = new MetricBuffer(session, { log: () => undefined }, resourceType);
    }

    /** Sends all that was gathered. Never fails: an undelivered log must not fail the resource. */
    async flush(): Promise<void> {
        const { credentials, region } = this.destination;
        const aws = clients(credentials, region, deadlines(DELIVERY_TIME));
        const results = await Promise.allSettled([this.flushLogs(aws), this.flushMetrics(aws)]);
        for (const result of results) {
            if (result.status === 'rejected') {
                console.warn(`Log delivery failed: ${result.reason}`);
            }
        }
    }

    private async flushLogs({ logs }: Clients): Promise<void> {
        const { logGroupName, logStreamName } = this.destination;
        const put = () =>
            logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: this.logs.lines }));
        try {
            await put();
        } catch (error) {
            if (!isAwsError(error, 'ResourceNotFoundException')) {
                throw error;
            }
            await unlessThere(logs.send(new CreateLogGroupCommand({ logGroupName })));
            await unlessThere(logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName })));
            await put();
        }
    }

    private async flushMetrics({ cloudWatch }: Clients): Promise<void> {
        // The namespace that the library publishes to, and that CloudFormation's documentation of types names.
        const Namespace = `AWS/CloudFormation/${this.destination.resourceType.replaceAll('::', '/')}`;
        await cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData: this.metrics.data }));
    }
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
    try {
        await creation;
    } catch (error) {
        if (!isAwsError(error, 'ResourceAlreadyExistsException')) {
            throw error;
        }
    }
}
