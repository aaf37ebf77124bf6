import {
    type CloudFormationClient,
    DescribePublisherCommand,
    DescribeTypeCommand,
    PublishTypeCommand,
    RegisterPublisherCommand,
} from '@aws-sdk/client-cloudformation';
import { calling, Refusal } from './refusal';

/** The registry of public types of a Region, as their publisher sees it. */
export class PublicRegistry {
    private readonly type: { readonly Type: 'RESOURCE'; readonly TypeName: string };

    constructor(
        private readonly client: CloudFormationClient,
        typeName: string,
    ) {
        this.type = { Type: 'RESOURCE', TypeName: typeName };
    }

    /** The ID of this account as a publisher; undefined when it is none. */
    async publisher(): Promise<string | undefined> {
        try {
            const { PublisherId } = await calling(
                'cloudformation:DescribePublisher',
                this.client.send(new DescribePublisherCommand()),
            );
            return PublisherId;
        } catch (error) {
            // It declares no other error (API Reference, DescribePublisher).
            if (error instanceof Refusal && error.code === 'CFNRegistryException') {
                return undefined;
            }
            throw error;
        }
    }

    /** Makes the account a publisher, in all Regions, by its connection to GitHub or Bitbucket. */
    async registerPublisher(ConnectionArn: string): Promise<string> {
        const { PublisherId = '' } = await calling(
            'cloudformation:RegisterPublisher',
            this.client.send(new RegisterPublisherCommand({ AcceptTermsAndConditions: true, ConnectionArn })),
        );
        return PublisherId;
    }

    /** The number of the newest public version; undefined when none was published. */
    async publicVersion(PublisherId: string): Promise<string | undefined> {
        try {
            const { LatestPublicVersion, PublicVersionNumber } = await calling(
                'cloudformation:DescribeType',
                this.client.send(new DescribeTypeCommand({ ...this.type, PublisherId })),
            );
            return LatestPublicVersion ?? PublicVersionNumber;
        } catch (error) {
            if (error instanceof Refusal && error.code === 'TypeNotFoundException') {
                return undefined;
            }
            throw error;
        }
    }

    /** Publishes the default version; AWS chooses the number when none is given. Gives the ARN of the public type. */
    async publish(PublicVersionNumber: string | undefined): Promise<string> {
        const { PublicTypeArn = '' } = await calling(
            'cloudformation:PublishType',
            this.client.send(new PublishTypeCommand({ ...this.type, PublicVersionNumber })),
        );
        return PublicTypeArn;
    }
}
