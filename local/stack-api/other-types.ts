import { arn, type Call } from '../aws/service';
import { typeName } from '../resource-type';
import type { Template } from '../template/template';

/** What !Ref and !GetAtt give of a resource that is only noted, by LogicalId or LogicalId.Attribute. */
type ValuesOf = (name: string, call: Call) => { readonly ref: string; readonly Arn: string };

/** Types beside our own that a stack may hold. They get a name, and nothing is made: nobody here needs more of them. */
const NOTED: Readonly<Record<string, ValuesOf>> = {
    'AWS::IAM::Role': (name, { partition, account }) => ({
        ref: name,
        Arn: `arn:${partition}:iam::${account}:role/${name}`,
    }),
    'AWS::Logs::LogGroup': (name, call) => ({ ref: name, Arn: arn('logs', call, `log-group:${name}:*`) }),
};

/** The types of a template that no stack here can hold. */
export function unknownTypes({ resources }: Template): readonly string[] {
    const types = [...resources.values()].map(({ type }) => type);
    return [...new Set(types)].filter((type) => type !== typeName && !Object.hasOwn(NOTED, type)).sort();
}

/** The values of the noted resources of a template. */
export function notedValues({ resources }: Template, stack: string, call: Call): ReadonlyMap<string, string> {
    return new Map(
        [...resources.values()].flatMap(({ logicalId, type }) => {
            const values = NOTED[type]?.(`${stack}-${logicalId}`, call);
            return values
                ? [[logicalId, values.ref] as const, [`${logicalId}.Arn`, values.Arn] as const]
                : [];
        }),
    );
}

/** IAM resources want the caller's consent (CreateStack, API reference: Capabilities). */
export function capabilitiesOf({ resources }: Template): readonly string[] {
    return [...resources.values()].some(({ type }) => type.startsWith('AWS::IAM::'))
        ? ['CAPABILITY_IAM']
        : [];
}
