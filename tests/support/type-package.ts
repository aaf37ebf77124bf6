import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';

const read = (file: string) => readFileSync(path.join(__dirname, '..', '..', file));

/** A ResourceProvider.zip with such a module of handlers. */
export const handlersOf = (source: string) => zipSync({ 'dist/handlers.js': Buffer.from(source) });

/** A package of the type that the registry takes, with handlers that do nothing. */
export const FILES = {
    'schema.json': read('schema.json'),
    '.rpdk-config': read('.rpdk-config'),
    'inputs/inputs_1_create.json': read('inputs/inputs_1_create.json'),
    'ResourceProvider.zip': handlersOf('exports.entrypoint = () => undefined;'),
};

/** Uploads a package for RegisterType: the SchemaHandlerPackage. */
export async function uploadPackage(
    s3: S3Client,
    files: Readonly<Record<string, Uint8Array>> = FILES,
): Promise<string> {
    await s3.send(new CreateBucketCommand({ Bucket: 'packages' }));
    await s3.send(new PutObjectCommand({ Bucket: 'packages', Key: 'type.zip', Body: zipSync(files) }));
    return 's3://packages/type.zip';
}
