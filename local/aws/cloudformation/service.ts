import type { Service } from '../service';
import { activationOperations } from './activation';
import { publicationOperations } from './publication';
import { registrationOperations } from './registration';
import { versionOperations } from './versions';

/** AWS CloudFormation's registry of resource types, private and public. Stacks are in local/stack-api/. */
export const cloudformation: Service = {
    iamPrefix: 'cloudformation',
    signingName: 'cloudformation',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    invalidInput: 'ValidationError',
    operations: {
        ...registrationOperations,
        ...versionOperations,
        ...publicationOperations,
        ...activationOperations,
    },
};
