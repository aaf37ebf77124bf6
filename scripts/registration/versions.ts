import { createInterface } from 'node:readline/promises';
import type { Place } from './place';
import { defaultOf, findVersion } from './plan';
import { finishPending } from './submit';

/** Shows the versions that can be used. */
export async function listVersions({ region, registry }: Place): Promise<void> {
    const versions = await registry.versions();
    if (versions.length === 0) {
        console.log(`${region}  ${registry.typeName} is not registered`);
    }
    for (const { id, isDefault, registered, build } of versions) {
        const time = registered?.toISOString().slice(0, 16).replace('T', ' ') ?? 'unknown time';
        console.log(
            `${region}  ${id}  ${isDefault ? 'default' : '       '}  ${time} UTC  ${build ?? 'other build'}`,
        );
    }
}

/** Makes another version the default one. */
export async function useVersion({ region, registry, did }: Place, written: string): Promise<void> {
    const versions = await registry.versions();
    const { id, isDefault } = findVersion(versions, written);
    if (isDefault) {
        console.log(`${region}  version ${id} is the default already`);
        return;
    }
    await registry.setDefault(id);
    did(`Version ${id} is the default now`);
    console.log(`${region}  version ${defaultOf(versions)?.id ?? 'none'} -> ${id}`);
}

/** Takes away all versions and the type. */
export async function remove(place: Place, confirmed: boolean): Promise<void> {
    const { region, account, registry, did } = place;
    await finishPending(place, false);
    const versions = await registry.versions();
    if (versions.length === 0) {
        console.log(`${region}  ${registry.typeName} is not registered`);
        return;
    }
    if (!confirmed && !(await confirm(place, versions.length))) {
        console.log(`${region}  left as it is`);
        return;
    }
    // The default version goes last, and with it the type (API Reference, DeregisterType).
    for (const { id } of versions.filter(({ isDefault }) => !isDefault)) {
        await registry.deregister(id);
        did(`Removed version ${id}`);
    }
    await registry.deregister();
    did(`Removed ${registry.typeName}`);
    console.log(
        `${region}  ${registry.typeName} is no longer registered; packages in account ${account} stay`,
    );
}

async function confirm({ region, account, registry }: Place, count: number): Promise<boolean> {
    if (!process.stdin.isTTY) {
        throw new Error('Nobody can be asked here: remove --yes removes without a question.');
    }
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    try {
        const answer = await prompt.question(
            `${region}  This removes ${registry.typeName}, ${count} version(s), from account ${account}. Stacks that ` +
                'use it must be gone: afterwards they can neither be updated nor deleted.\nRemove it? (yes/no) ',
        );
        return answer.trim().toLowerCase() === 'yes';
    } finally {
        prompt.close();
    }
}
