import { HandlerErrorCode } from '@amazon-web-services-cloudformation/cloudformation-cli-typescript-lib';
import {
    DeleteSigningConfigurationCommand,
    GetSigningConfigurationCommand,
    PutSigningConfigurationCommand,
    SigningRepositoryFilterType,
} from '@aws-sdk/client-ecr';
import type { RegionContext } from '../aws/clients';
import { filterFor } from '../aws/repository-filter';
import type { Facet } from '../engine/facet';
import { HandlerFailure, orUndefined } from '../errors';
import { regionViolations } from './regional-arn';

/** A rule of the registry's signing configuration. Without filters it is about every repository. */
interface Rule {
    readonly profile: string;
    readonly filters: readonly string[];
}

/** Amazon ECR API reference, SigningConfiguration and SigningRule. */
const MOST_RULES = 10;
const MOST_FILTERS = 100;

const NO_CONFIGURATION = 'SigningConfigurationNotFoundException';

/** The repository's filter in the registry's signing configuration, which all repositories share. */
export const signing: Facet<readonly Rule[]> = {
    name: 'signing configuration of the registry',
    properties: ['SigningProfileArn'],
    home: 'registry',

    // Amazon ECR user guide, managed signing: the profile is of AWS Signer, which is regional.
    validate({ SigningProfileArn: profile }, repository) {
        return profile === undefined
            ? []
            : regionViolations('SigningProfileArn', 'profile', profile, repository);
    },

    desired: ({ SigningProfileArn: profile }, { repositoryName }) =>
        profile === undefined ? undefined : [{ profile, filters: [filterFor(repositoryName)] }],

    observe,

    async apply(target = [], _observed, { aws }) {
        if (target.length === 0) {
            await orUndefined(
                aws.ecrNoRetry.send(new DeleteSigningConfigurationCommand({})),
                NO_CONFIGURATION,
            );
            return;
        }
        const rules = target.map(({ profile, filters }) => ({
            signingProfileArn: profile,
            ...(filters.length > 0 && {
                repositoryFilters: filters.map((filter) => ({
                    filter,
                    filterType: SigningRepositoryFilterType.WILDCARD_MATCH,
                })),
            }),
        }));
        await aws.ecrNoRetry.send(new PutSigningConfigurationCommand({ signingConfiguration: { rules } }));
    },

    readback(observed = [], { repositoryName }) {
        const [rule] = withFilter(observed, filterFor(repositoryName));
        return rule ? { SigningProfileArn: rule.profile } : {};
    },

    ownership: {
        merge(observed = [], desired = [], previous = [], { repositoryName }) {
            const own = filterFor(repositoryName);
            const isOurs = ({ profile }: Rule) =>
                previous.some((rule) => rule.profile === profile) &&
                !desired.some((rule) => rule.profile === profile);
            const others = observed.flatMap((rule) => (isOurs(rule) ? without(rule, own) : rule));
            return desired.reduce<readonly Rule[]>((rules, { profile }) => join(rules, profile, own), others);
        },

        owned(observed = [], { repositoryName }) {
            const own = filterFor(repositoryName);
            const rules = withFilter(observed, own).map(({ profile }) => ({ profile, filters: [own] }));
            return rules.length > 0 ? rules : undefined;
        },
    },

    shared: { part: (state) => state ?? [], refresh: (_state, context) => observe(context) },
};

async function observe({ aws }: RegionContext): Promise<readonly Rule[]> {
    const reading = aws.ecr.send(new GetSigningConfigurationCommand({}));
    const found = await orUndefined(reading, NO_CONFIGURATION);
    return (found?.signingConfiguration?.rules ?? []).map(
        ({ signingProfileArn = '', repositoryFilters = [] }) => ({
            profile: signingProfileArn,
            filters: repositoryFilters.flatMap(({ filter }) => filter ?? []),
        }),
    );
}

function withFilter(rules: readonly Rule[], filter: string): Rule[] {
    return rules.filter(({ filters }) => filters.includes(filter));
}

/** A rule that loses its last filter goes: without filters every image of the registry would be signed. */
function without(rule: Rule, filter: string): Rule[] {
    const filters = rule.filters.filter((other) => other !== filter);
    return filters.length > 0 || rule.filters.length === 0 ? [{ ...rule, filters }] : [];
}

/** Adds a filter to the first rule of the profile that has filters and room, or to a new one. */
function join(rules: readonly Rule[], profile: string, filter: string): readonly Rule[] {
    const ofProfile = rules.filter((rule) => rule.profile === profile);
    if (withFilter(ofProfile, filter).length > 0) {
        return rules;
    }
    const roomy = ofProfile.find(({ filters }) => filters.length > 0 && filters.length < MOST_FILTERS);
    if (roomy) {
        return rules.map((rule) => (rule === roomy ? { ...rule, filters: [...rule.filters, filter] } : rule));
    }
    if (rules.length >= MOST_RULES) {
        const profiles = rules.map((rule) => rule.profile).join(', ');
        const message = `The registry takes ${MOST_RULES} signing rules at most, for all repositories together, and would need one more. In use are rules of ${profiles}. Use a profile that another repository uses already, or remove a rule.`;
        throw new HandlerFailure(HandlerErrorCode.ServiceLimitExceeded, message);
    }
    return [...rules, { profile, filters: [filter] }];
}
