import path from 'node:path';
import { hyphenated, type Package } from '../package';
import { breakingChanges } from './breaking-changes';
import type { Place } from './place';
import { defaultOf, type Plan, planSubmission, type Registered, roomAdvice } from './plan';
import { type Details, RegistrationFailed, type Registry, type Roles, type Version } from './registry';
import { render, schemaChanges } from './schema-changes';

export interface SubmitOptions {
    /** What is left out stays as the default version has it. */
    readonly roles: Roles;
    /** Where to put the package; a bucket of the account and Region when left out. */
    readonly bucket?: string | undefined;
    readonly setDefault: boolean;
    /** Register it even if templates of the default version would fail with it. */
    readonly allowBreaking: boolean;
    readonly dryRun: boolean;
}

/** Has the package as a version of the type, and as the default one if that is asked for; may be repeated. */
export async function submit(place: Place, made: Package, options: SubmitOptions): Promise<void> {
    const { registry } = place;
    await finishPending(place, options.dryRun);
    const before = await look(registry, made.build);
    const plan = planSubmission(before, { build: made.build, ...options });
    refuseBreaking(made, options, plan, before);
    if (options.dryRun) {
        await announce(place, made, options, plan, before);
        return;
    }
    const id =
        plan.step === 'REGISTER' ? await register(place, made, options, plan.roles, before) : plan.version.id;
    // The registry makes the first version of a type the default one by itself.
    const isDefault = defaultOf(await registry.versions())?.id === id;
    if (options.setDefault && !isDefault) {
        await registry.setDefault(id);
        place.did(`Version ${id} is the default now`);
    }
    report(place, made, plan, before, { id, isDefault: isDefault || options.setDefault });
}

/** Before anything is uploaded: stacks use the default version, and an update of theirs may fail afterwards. */
function refuseBreaking(
    { schema }: Package,
    { allowBreaking }: SubmitOptions,
    { step }: Plan,
    { versions, details }: Registered,
): void {
    const before = details.get(defaultOf(versions)?.id ?? '');
    const breaks = before && step !== 'NOTHING' ? breakingChanges(before.schema, schema) : [];
    if (breaks.length > 0 && !allowBreaking) {
        throw new Error(
            `Templates of the default version would break:\n${breaks.map((one) => `    ${one}`).join('\n')}\nTake the changes back, or tell the users and give --allow-breaking.`,
        );
    }
}

/** A registration under way, perhaps of an interrupted run, is waited for and not doubled. */
export async function finishPending({ registry, say, did }: Place, dryRun: boolean): Promise<void> {
    for (const token of await registry.pending()) {
        if (dryRun) {
            say(`Would wait for registration ${token}, which is under way`);
            continue;
        }
        say(`Registration ${token} is under way; waiting for it`);
        try {
            did(`It became version ${await registry.finish(token, say)}`);
        } catch (error) {
            if (!(error instanceof RegistrationFailed)) {
                throw error;
            }
            say(error.message);
        }
    }
}

async function look(registry: Registry, build: string): Promise<Registered> {
    const versions = await registry.versions();
    const details = new Map<string, Details>();
    for (const version of versions.filter((each) => each.isDefault || each.build === build)) {
        details.set(version.id, await registry.describe(version));
    }
    return { versions, details };
}

async function register(
    place: Place,
    made: Package,
    options: SubmitOptions,
    roles: Roles,
    { versions }: Registered,
): Promise<string> {
    const { registry, region, did, say } = place;
    tellRoles(place, roles);
    const url = await upload(place, made, options.bucket);
    try {
        const token = await registry.register(url, roles);
        did(`Registration ${token} has begun; a minute or two`);
        const id = await registry.finish(token, say);
        did(`It became version ${id}`);
        return id;
    } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(message + roomAdvice(versions, registry.typeName, region), { cause: error });
    }
}

async function upload(place: Place, made: Package, given: string | undefined): Promise<string> {
    const { account, did } = place;
    const name = given ?? bucketName(place);
    const key = keyOf(made);
    const bucket = place.bucket(name);
    if (!(await bucket.exists())) {
        await bucket.create();
        did(`Made bucket ${name} in account ${account}`);
    }
    await bucket.upload(made, key);
    did(`Uploaded s3://${name}/${key}`);
    return `s3://${name}/${key}`;
}

async function announce(
    place: Place,
    made: Package,
    { bucket: given, setDefault }: SubmitOptions,
    plan: Plan,
    before: Registered,
): Promise<void> {
    const { say, account } = place;
    if (plan.step === 'REGISTER') {
        const name = given ?? bucketName(place);
        tellRoles(place, plan.roles);
        if (!(await place.bucket(name).exists())) {
            say(`Would make bucket ${name} in account ${account}`);
        }
        say(`Would upload s3://${name}/${keyOf(made)}`);
        say('Would register it');
        if (setDefault) {
            say('Would make it the default version');
        }
        tellChanges(made, before);
    } else if (plan.step === 'SET_DEFAULT') {
        say(`Would make version ${plan.version.id}, of the same build, the default`);
        tellChanges(made, before);
    } else {
        say(`Nothing to do: version ${plan.version.id} is of the same build`);
    }
}

function report(
    { region }: Place,
    made: Package,
    { step }: Plan,
    before: Registered,
    now: Pick<Version, 'id' | 'isDefault'>,
): void {
    if (step === 'NOTHING') {
        console.log(`${region}  nothing to do: version ${now.id} is of the same build ${made.build}`);
        return;
    }
    const earlier = defaultOf(before.versions)?.id ?? 'none';
    const rest = now.isDefault ? '' : `, which is not the default: npm run register -- use ${now.id}`;
    console.log(`${region}  version ${earlier} -> ${now.id} (build ${made.build})${rest}`);
    tellChanges(made, before);
}

function tellChanges({ schema }: Package, { versions, details }: Registered): void {
    const before = details.get(defaultOf(versions)?.id ?? '');
    if (before) {
        const lines = render(schemaChanges(before.schema, schema));
        console.log(lines.length > 0 ? lines.map((line) => `    ${line}`).join('\n') : '    same properties');
    }
}

function tellRoles({ say }: Place, { executionRole, logging }: Roles): void {
    say(
        executionRole
            ? `Handlers run as ${executionRole}`
            : 'No --execution-role-arn: the handlers will have no right to call AWS',
    );
    if (logging) {
        say(`Handlers log into ${logging.group} as ${logging.role}`);
    }
}

function keyOf({ file, sha256 }: Package): string {
    return `${path.parse(file).name}/${sha256}.zip`;
}

/** Where packages go unless a bucket is named. */
export function bucketName({ account, region, registry }: Place): string {
    return `${hyphenated(registry.typeName)}-${account}-${region}`;
}
