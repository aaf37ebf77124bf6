import { encryption } from '../../../src/facets/encryption';
import { recreate } from '../by-hand';
import { KEY, OTHER_KEY } from '../my-app';
import type { FacetData } from './facet-data';

export const data: FacetData = {
    facet: encryption,
    declared: { EncryptionType: 'KMS' },

    arbitraries: {},

    foreign: null,

    properties: {},

    undivided: [],

    violations: [
        [{ KmsKeyArn: KEY.replace('us-east-1', 'eu-west-1') }, 2],
        [{ EncryptionType: 'KMS_DSSE' }, 1],
    ],

    messages: [
        {
            said: 'that encryption cannot be changed',
            action: 'UPDATE',
            declared: { EncryptionType: 'KMS' },
            isThere: true,
        },
    ],

    alterations: {
        EncryptionType: [
            {
                what: 'is that of another repository of the same name',
                template: { EncryptionType: 'KMS' },
                by: recreate('AES256'),
                update: 'refuses',
            },
            {
                what: 'is that of another repository, with a key',
                template: { EncryptionType: 'AES256' },
                by: recreate('KMS', KEY),
                update: 'refuses',
            },
        ],
        KmsKeyArn: [
            {
                what: 'is that of another repository of the same name',
                template: { EncryptionType: 'KMS', KmsKeyArn: KEY },
                by: recreate('KMS', OTHER_KEY),
                update: 'refuses',
            },
            {
                what: "is AWS's own, with another repository of the same name",
                template: { EncryptionType: 'KMS', KmsKeyArn: KEY },
                by: recreate('KMS'),
                update: 'refuses',
            },
        ],
    },
};
