import { desired, LIFECYCLE_PROPERTIES, violations as violationsIn } from '../../src/lifecycle/declared';
import { grammarViolations } from '../../src/lifecycle/grammar';
import { type EcrRule, rulesOf } from '../../src/lifecycle/policy';
import { readText } from '../files';
import { typeName } from '../resource-type';
import { blueprintOf } from '../template/blueprint';
import { pseudoParametersOf } from '../template/pseudo-parameters';
import { readTemplate } from '../template/read';
import type { Resource, Template } from '../template/template';

export interface PolicyRequest {
    /** A template, or a file that holds a lifecycle policy of ECR. */
    readonly file: string;
    /** Which resource, when the template has several of the type. */
    readonly logicalId: string | undefined;
    readonly region: string;
    readonly parameters: ReadonlyMap<string, string>;
}

export interface PolicyOfFile {
    readonly rules: readonly EcrRule[];
    /** Undefined for a bare policy. */
    readonly repositoryName: string | undefined;
}

/** Stands for the account in a template, which has nothing to do with a lifecycle policy. */
const ACCOUNT = '123456789012';

/** The lifecycle policy that a file asks for. One error says all that is wrong with it. */
export function policyOfFile(request: PolicyRequest): PolicyOfFile {
    const text = readText(request.file, 'a CloudFormation template or an ECR lifecycle policy');
    const bare = barePolicy(text);
    if (bare !== undefined) {
        const violations = grammarViolations(bare);
        if (violations.length > 0) {
            throw new Error([`${request.file} is no lifecycle policy of ECR:`, ...violations].join('\n'));
        }
        return { rules: rulesOf(text), repositoryName: undefined };
    }
    return templatePolicy(readTemplate(text, request.file, request), request);
}

/** The file as a policy, when it has rules and no resources. */
function barePolicy(text: string): unknown {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null && 'rules' in value ? value : undefined;
    } catch {
        return undefined;
    }
}

function templatePolicy(template: Template, request: PolicyRequest): PolicyOfFile {
    const { region } = request;
    const resource = chosen(template, request.logicalId);
    const alone = {
        ...template,
        resources: new Map([[resource.logicalId, bared(resource)]]),
        outputs: new Map(),
    };
    const pseudoParameters = pseudoParametersOf({ account: ACCOUNT, region, name: 'preview', id: 'preview' });
    const { resources } = blueprintOf(alone, { ...request, pseudoParameters });
    const declared = resources.get(resource.logicalId)?.properties(() => undefined) ?? {};
    const violations = violationsIn(declared);
    if (violations.length > 0) {
        throw new Error([`${resource.at}: ${resource.logicalId}:`, ...violations].join('\n'));
    }
    return { rules: desired(declared) ?? [], repositoryName: String(declared.RepositoryName) };
}

function chosen({ file, resources }: Template, logicalId: string | undefined): Resource {
    const ours = [...resources.values()].filter(({ type }) => type === typeName);
    const names = ours.map((resource) => resource.logicalId).join(', ');
    if (logicalId === undefined && ours.length > 1) {
        throw new Error(`${file} has several resources of ${typeName}: ${names}. Name one with --resource.`);
    }
    const resource = ours.find((each) => each.logicalId === (logicalId ?? each.logicalId));
    if (!resource) {
        throw new Error(
            `${file} has no ${logicalId === undefined ? 'resource' : logicalId} of ${typeName}${names && `; it has ${names}`}.`,
        );
    }
    return resource;
}

/** The resource with its lifecycle properties only: what else it needs is of no matter here. */
function bared(resource: Resource): Resource {
    const { properties } = resource;
    const names = ['RepositoryName', ...LIFECYCLE_PROPERTIES];
    const only = properties?.kind === 'mapping' && {
        ...properties,
        entries: new Map([...properties.entries].filter(([name]) => names.includes(name))),
    };
    return { ...resource, properties: only || properties, dependsOn: [], condition: undefined };
}
