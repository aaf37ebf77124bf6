import {
    GetSigningConfigurationCommand,
    PutSigningConfigurationCommand,
    type SigningRule,
} from '@aws-sdk/client-ecr';
import fc from 'fast-check';
import { filterFor } from '../../../src/aws/repository-filter';
import { signing } from '../../../src/facets/signing';
import type { Account } from '../account';
import type { FacetData } from './facet-data';

/** The filter of the tests' repository. */
const OWN = filterFor('my-app');

const profile = (name: string, account = '123456789012') =>
    `arn:aws:signer:us-east-1:${account}:/signing-profiles/${name}`;

const rule = (name: string, ...filters: string[]): SigningRule => ({
    signingProfileArn: profile(name),
    repositoryFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD_MATCH' })),
});

const put =
    (...rules: SigningRule[]) =>
    ({ ecr }: Account) =>
        ecr.send(new PutSigningConfigurationCommand({ signingConfiguration: { rules } }));

const SIGNED = { SigningProfileArn: profile('ours') };

export const data: FacetData = {
    facet: signing,
    declared: SIGNED,

    arbitraries: {
        SigningProfileArn: fc.stringMatching(/^[A-Za-z0-9_]{2,9}$/).map((name) => profile(name)),
    },

    foreign: ({ repositories, accounts }) =>
        accounts.map((account) => ({ profile: profile('theirs', account), filters: repositories })),

    properties: {
        SigningProfileArn: {
            values: [profile('ours'), profile('others')],
            async inAws(_held, { ecr }) {
                const { signingConfiguration } = await ecr.send(new GetSigningConfigurationCommand({}));
                return signingConfiguration?.rules;
            },
            as: [[rule('ours', OWN)], [rule('others', OWN)]],
        },
    },

    undivided: ['Delete', 'Get', 'Put'].map((verb) => `ecr:${verb}SigningConfiguration`),

    violations: [[{ SigningProfileArn: profile('ours').replace('us-east-1', 'eu-west-1') }, 1]],

    messages: [
        {
            said: 'that there is no room for a signing rule',
            action: 'CREATE',
            declared: SIGNED,
            answers: {
                'ecr:GetSigningConfiguration': {
                    signingConfiguration: {
                        rules: Array.from({ length: 10 }, (_, index) => rule(`theirs${index}`, 'other')),
                    },
                },
            },
        },
    ],

    alterations: {
        SigningProfileArn: [
            { what: 'the filter is removed', template: SIGNED, by: put(rule('ours', 'other')) },
            {
                what: 'another profile signs it instead',
                template: SIGNED,
                by: put(rule('others', OWN)),
                update: 'leaves',
            },
            {
                what: 'another rule is before it',
                template: SIGNED,
                by: put(rule('others', 'other'), rule('ours', OWN)),
                drift: [],
            },
        ],
    },
};
