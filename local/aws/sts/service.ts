import { z } from 'zod';
import { operation, type Service } from '../service';

/** AWS Security Token Service: who is calling. */
export const sts: Service = {
    iamPrefix: 'sts',
    signingName: 'sts',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    invalidInput: 'ValidationError',
    operations: {
        GetCallerIdentity: operation(z.strictObject({}), (_input, { account, partition, accessKeyId }) => ({
            UserId: accessKeyId,
            Account: account,
            Arn: `arn:${partition}:iam::${account}:user/stand-in`,
        })),
    },
};
