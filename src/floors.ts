import { properties as schema } from '../schema.json';
import { desired as lifecyclePolicy } from './lifecycle/declared';
import type { EcrRule } from './lifecycle/policy';
import type { Properties, TypeConfiguration } from './properties';

/** By the setting of the type configuration that is not met: one sentence. */
export type FloorViolations = Readonly<Record<string, string>>;

/** Pure. The property, what is given, what is wanted; undefined where the properties meet the setting. */
type Floor = (declared: Properties, configuration: TypeConfiguration) => string | undefined;

const FLOORS: Readonly<Record<keyof TypeConfiguration, Floor>> = {
    RequireImmutableTags({ ImageTagMutability = schema.ImageTagMutability.default }, configuration) {
        return configuration.RequireImmutableTags && !ImageTagMutability.startsWith('IMMUTABLE')
            ? `ImageTagMutability: given ${ImageTagMutability}, wanted IMMUTABLE or IMMUTABLE_WITH_EXCLUSION`
            : undefined;
    },

    RequireScanning({ ScanOnPush, EnableRegistryScanning }, configuration) {
        return configuration.RequireScanning && ScanOnPush === false && !EnableRegistryScanning
            ? 'ScanOnPush: given false, wanted true, or EnableRegistryScanning true'
            : undefined;
    },

    RequireKmsKey({ KmsKeyArn }, configuration) {
        return configuration.RequireKmsKey && !KmsKeyArn
            ? 'KmsKeyArn: given none, wanted a KMS key, with EncryptionType KMS'
            : undefined;
    },

    MaxImageRetentionDays(declared, { MaxImageRetentionDays: most }) {
        if (most === undefined) {
            return undefined;
        }
        const days = (lifecyclePolicy(declared) ?? []).flatMap(ageOfRest)[0];
        return days === undefined || days > most
            ? `ImageRetentionDays: given ${days ?? 'no age for images that no other rule selects'}, wanted 1 to ${most}`
            : undefined;
    },
};

/** Pure. In what the properties go against the type configuration of the account and Region. */
export function floorViolations(declared: Properties, configuration: TypeConfiguration): FloorViolations {
    const found = Object.entries(FLOORS).flatMap(([name, floor]) => {
        const violation = floor(declared, configuration);
        const source = `The type configuration of this account and Region asks for it by ${name}.`;
        const remedy = 'Set it so, or ask the owner of the type configuration.';
        return violation ? [[name, `${violation}. ${source} ${remedy}`]] : [];
    });
    return Object.fromEntries(found);
}

/** Days after which a rule deletes every image that no rule before it selects; nothing for other rules. */
function ageOfRest({ selection, action }: EcrRule): number[] {
    const { tagStatus, countType, countNumber, storageClass = 'standard' } = selection;
    const isAge = countType === 'sinceImagePushed' && storageClass === 'standard';
    return tagStatus === 'any' && isAge && action.type === 'expire' ? [countNumber] : [];
}
