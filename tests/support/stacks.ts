import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { types } from '../../local/aws/cloudformation/state';
import { AwsServer } from '../../local/aws/server';
import { DEFAULT_PLACE } from '../../local/aws/world';
import { servicesWith } from '../../local/stack-api/services';
import { StackApi } from '../../local/stack-api/stack-api';
import { workplaceIn } from './workplace';

/** AWS in memory with CloudFormation's stacks, to be listened at and closed. */
export class Stacks {
    private readonly folder = mkdtempSync(path.join(tmpdir(), 'stacks-'));
    private readonly workplace = workplaceIn(this.folder);
    readonly api = new StackApi(this.workplace, () => this.server.endpoint);
    readonly server: AwsServer = new AwsServer(servicesWith(this.api));

    /** For clients of the SDK; the access key's last twelve digits say whose account it is. */
    config(account = '') {
        const credentials = { accessKeyId: `KEY${account}`, secretAccessKey: 'testing' };
        return { endpoint: this.server.endpoint, region: DEFAULT_PLACE.region, credentials };
    }

    async reset(): Promise<void> {
        await this.api.reset();
        this.server.reset();
    }

    /** Puts this type into the registry. */
    register(): void {
        const name = 'Org::Containers::EcrRepository';
        const version = {
            ...{ id: '00000001', created: new Date(), isDeprecated: false, schema: '{}', inputs: new Map() },
            ...{
                handlers: { file: '', source: '', exported: '' },
                executionRole: undefined,
                logging: undefined,
            },
            tests: { status: 'NOT_TESTED', description: '' } as const,
        };
        const all = types.of(this.server.world, DEFAULT_PLACE);
        all.set(name, { name, versions: [version], defaultId: '00000001' });
    }

    async close(): Promise<void> {
        await this.api.reset();
        await this.workplace.functions.close();
        await this.server.close();
        rmSync(this.folder, { recursive: true });
    }
}

/** For the tests of one file: before each, this type is registered, and nothing else is there. */
export function useStacks(): Stacks {
    const stacks = new Stacks();
    beforeAll(() => stacks.server.listen());
    beforeEach(async () => {
        await stacks.reset();
        stacks.register();
    });
    afterAll(() => stacks.close());
    return stacks;
}
