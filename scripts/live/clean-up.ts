import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
    BatchDeleteImageCommand,
    ECRClient,
    type ImageIdentifier,
    paginateListImages,
} from '@aws-sdk/client-ecr';
import type { Place } from '../registration/place';
import { calling } from '../registration/refusal';
import { bucketName } from '../registration/submit';
import { remove } from '../registration/versions';
import { forget } from './questions/forget';
import { type Results, Skip } from './results';
import { PREFIX, ROLE_STACKS } from './round';
import { Stacks } from './stacks';

/** Of one call (ECR API Reference, BatchDeleteImage). */
const MAX_IMAGES = 100;

/** Takes away all that a round made, or an interrupted one left: stacks, the type, its roles, the bucket. */
export async function cleanUp(place: Place, results: Results): Promise<void> {
    const { region, registry } = place;
    const stacks = new Stacks(new CloudFormationClient({ region }), PREFIX, registry.typeName);
    let names: readonly string[] = [];
    await results.step('find what there is', async () => {
        names = await stacks.list();
        return names.join(', ') || 'no stacks';
    });
    for (const name of names.filter((each) => !ROLE_STACKS.includes(each))) {
        await results.step(`delete ${name}`, async () => {
            for (const repository of await stacks.repositories(name)) {
                await empty(new ECRClient({ region }), repository);
            }
            await stacks.delete(name);
            return '';
        });
    }
    await results.step('delete what the questions made', async () => {
        await forget(region);
        return '';
    });
    const isDeregistered = await results.step('deregister', async () => {
        // Without the type, stacks that could not be deleted could never be.
        const left = (await stacks.list()).filter((name) => !ROLE_STACKS.includes(name));
        if (left.length > 0) {
            throw new Skip(`${left.join(', ')} need the type; fix the cause, then --clean-up`);
        }
        await remove(place, true);
        return '';
    });
    if (!isDeregistered) {
        return;
    }
    for (const name of names.filter((each) => ROLE_STACKS.includes(each))) {
        await results.step(`delete ${name}`, async () => {
            await stacks.delete(name);
            return '';
        });
    }
    await results.step('delete the bucket', async () => {
        const bucket = place.bucket(bucketName(place));
        if (!(await bucket.exists())) {
            return 'there is none';
        }
        await bucket.delete();
        return '';
    });
}

/** A repository with images is not deleted with its stack, unless it has EmptyOnDelete. */
async function empty(ecr: ECRClient, repositoryName: string): Promise<void> {
    const all: ImageIdentifier[] = [];
    for await (const { imageIds = [] } of paginateListImages({ client: ecr }, { repositoryName })) {
        all.push(...imageIds);
    }
    for (let first = 0; first < all.length; first += MAX_IMAGES) {
        const imageIds = all.slice(first, first + MAX_IMAGES);
        await calling(
            'ecr:BatchDeleteImage',
            ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds })),
        );
    }
}
