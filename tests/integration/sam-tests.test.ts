import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../support/function';
import { useFunction, useStandIn } from '../support/suite';

/* The files of sam-tests/, as `sam local invoke TestEntrypoint --event sam-tests/create.json` sends them. */
const files = ['create', 'read', 'update', 'list', 'delete'] as const;

type File = (typeof files)[number];

/** As the CloudFormation CLI writes it. */
interface TestEvent {
    readonly credentials: object;
    readonly request: { readonly desiredResourceState: object & { RepositoryName?: string } };
    readonly callbackContext: unknown;
}

const standIn = useStandIn({ keep: true });
const typeFunction = useFunction(standIn, { handler: 'testEntrypoint' });
const answers = new Map<File, Progress>();

/** The events one after the other, each until it is done: they make one life of one repository. */
beforeAll(async () => {
    for (const file of files) {
        answers.set(file, await finish(eventOf(file)));
    }
});

test.each(files)('%s.json succeeds', (file) => {
    expect(answers.get(file)).toMatchObject({ status: 'SUCCESS', callbackDelaySeconds: 0 });
});

test.each(['create', 'update'] as const)('%s.json makes what it asks for', (file) => {
    expect(answers.get(file)?.resourceModel).toMatchObject(eventOf(file).request.desiredResourceState);
});

test('create.json gives the tags of its stack', () => {
    const [creation] = standIn.server.calls.filter(({ action }) => action === 'ecr:CreateRepository');
    expect(creation?.input['tags']).toContainEqual({ Key: 'Stack', Value: 'my-app' });
});

test('read.json finds what create.json made, and does it by the identifier alone', () => {
    expect(Object.keys(eventOf('read').request.desiredResourceState)).toEqual(['RepositoryName']);
    expect(answers.get('read')?.resourceModel).toEqual(answers.get('create')?.resourceModel);
});

test('list.json lists it', () => {
    const { RepositoryName } = eventOf('create').request.desiredResourceState;
    expect(answers.get('list')?.resourceModels).toEqual([{ RepositoryName }]);
});

test('delete.json takes it away', async () => {
    expect(answers.get('delete')).not.toHaveProperty('resourceModel');
    expect(await finish(eventOf('read'))).toMatchObject({ status: 'FAILED', errorCode: 'NotFound' });
});

test.each(files)('%s.json carries no credentials that could be real', (file) => {
    expect(Object.values(eventOf(file).credentials)).toEqual(
        Array(3).fill(expect.stringMatching(/^NOT-A-REAL-[A-Z-]+$/)),
    );
});

async function finish(event: TestEvent): Promise<Progress> {
    const progress: Progress = JSON.parse(await typeFunction.invoke(event));
    if (progress.status !== 'IN_PROGRESS') {
        return progress;
    }
    const { resourceModel: desiredResourceState = {}, callbackContext = null } = progress;
    return finish({ ...event, callbackContext, request: { ...event.request, desiredResourceState } });
}

function eventOf(file: File): TestEvent {
    return JSON.parse(readFileSync(join(__dirname, '../../sam-tests', `${file}.json`), 'utf8'));
}
