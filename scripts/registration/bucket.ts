import {
    type BucketLocationConstraint,
    CreateBucketCommand,
    DeleteBucketCommand,
    DeleteObjectsCommand,
    HeadBucketCommand,
    PutObjectCommand,
    paginateListObjectsV2,
    type S3Client,
} from '@aws-sdk/client-s3';
import type { Package } from '../package';
import { calling, Refusal } from './refusal';

/** Where packages lie for the registry to fetch. */
export interface BucketSettings {
    readonly name: string;
    readonly account: string;
    readonly region: string;
}

/** A bucket in our own account: everything asks for its owner, since anybody could take its name first. */
export class Bucket {
    private readonly owned: { readonly Bucket: string; readonly ExpectedBucketOwner: string };

    constructor(
        private readonly client: S3Client,
        private readonly settings: BucketSettings,
    ) {
        this.owned = { Bucket: settings.name, ExpectedBucketOwner: settings.account };
    }

    /** False when there is none of that name; throws when it is somebody else's. */
    async exists(): Promise<boolean> {
        try {
            await calling('s3:ListBucket', this.client.send(new HeadBucketCommand(this.owned)));
            return true;
        } catch (error) {
            // The answer to a HEAD has no body, so it has a status and no reason.
            const status = error instanceof Refusal ? error.status : undefined;
            if (status === 404) {
                return false;
            }
            if (status === 403) {
                throw new Error(
                    `Bucket ${this.settings.name} does not belong to account ${this.settings.account}, or these ` +
                        'credentials have no right to s3:ListBucket on it. Name another with --bucket.',
                );
            }
            throw error;
        }
    }

    /**
     * S3 encrypts it and closes it to the public (S3 user guide, "Default encryption FAQ" and "Default settings for new
     * buckets FAQ").
     */
    async create(): Promise<void> {
        const { name, region } = this.settings;
        try {
            await calling(
                's3:CreateBucket',
                this.client.send(
                    new CreateBucketCommand({
                        Bucket: name,
                        // The one Region that must not be named (API Reference, CreateBucket).
                        ...(region !== 'us-east-1' && {
                            CreateBucketConfiguration: {
                                LocationConstraint: region as BucketLocationConstraint,
                            },
                        }),
                    }),
                ),
            );
        } catch (error) {
            if (error instanceof Refusal && error.code === 'BucketAlreadyExists') {
                throw new Error(`Bucket ${name} is somebody else's. Name another with --bucket.`);
            }
            // Another run made it in between.
            if (!(error instanceof Refusal && error.code === 'BucketAlreadyOwnedByYou')) {
                throw error;
            }
        }
    }

    async upload({ content, sha256 }: Package, key: string): Promise<void> {
        await calling(
            's3:PutObject',
            this.client.send(
                new PutObjectCommand({
                    ...this.owned,
                    Key: key,
                    Body: content,
                    ContentType: 'application/zip',
                    ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
                }),
            ),
        );
    }

    /** With all that is in it. */
    async delete(): Promise<void> {
        for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, this.owned)) {
            if (Contents.length > 0) {
                await calling(
                    's3:DeleteObject',
                    this.client.send(
                        new DeleteObjectsCommand({
                            ...this.owned,
                            Delete: { Objects: Contents.map(({ Key }) => ({ Key })) },
                        }),
                    ),
                );
            }
        }
        await calling('s3:DeleteBucket', this.client.send(new DeleteBucketCommand(this.owned)));
    }
}
