import type { Service } from '../service';
import { bucketOperations } from './buckets';
import { objectOperations } from './objects';

/** Amazon S3: buckets and objects as far as registering a type needs them; no policies, versions or parts of uploads. */
export const s3: Service = {
    iamPrefix: 's3',
    signingName: 's3',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    invalidInput: 'InvalidRequest',
    operations: { ...bucketOperations, ...objectOperations },
};
