import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
    BatchDeleteImageCommand,
    GetLifecyclePolicyCommand,
    PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { evaluate } from '../../src/lifecycle/evaluate';
import { type EcrRule, rulesOf } from '../../src/lifecycle/policy';
import { control } from '../aws/control/control';
import { AwsServer } from '../aws/server';
import { SERVICES } from '../aws/services';
import { deliveredMessages } from '../aws/sns/state';
import { DEFAULT_PLACE } from '../aws/world';
import { deleteStack } from '../commands/delete';
import { deploy } from '../commands/deploy';
import { drift } from '../commands/drift';
import type { ExitCode } from '../commands/exit-code';
import { StateFolder } from '../stacks/state';
import type { Workplace } from '../workplace';
import { type DemoClients, demoClients } from './clients';
import { countHoldings, printHoldings } from './holdings';
import { imagesOf, push, type ShownImage } from './images';
import { Story } from './story';

const EXAMPLE = path.join(__dirname, '..', '..', 'examples', 'production.yml');

/** As the example names them. */
const STACK = 'production';
const REPOSITORY = 'production-api';
const TOPIC = 'security-alerts';

const DAY = 86_400;

/** Where the story happens: a stand-in of its own, which ends with it. */
interface Stage {
    readonly server: AwsServer;
    readonly aws: DemoClients;
    readonly workplace: Workplace;
    readonly story: Story;
    /** Aborted by Ctrl-C, which ends the story after the chapter. */
    readonly interrupted: AbortSignal;
    /** Whether to print what AWS holds, as its API gives it. */
    readonly isVerbose: boolean;
}

/** Tells what the type does, from the first deployment to the deletion, by doing it. Nothing of it stays. */
export async function demo(
    { bundle, functions, interrupted }: Workplace,
    isVerbose: boolean,
): Promise<ExitCode> {
    const root = mkdtempSync(path.join(tmpdir(), 'ecr-repository-demo-'));
    const server = new AwsServer(SERVICES);
    try {
        const endpoint = await server.listen();
        const aws = demoClients(endpoint, DEFAULT_PLACE.region);
        const workplace: Workplace = {
            bundle,
            functions,
            folder: new StateFolder(root),
            endpoint,
            // Ctrl-C is for the story: an interrupted deployment gives advice about a stack that stays.
            interrupted: new AbortController().signal,
        };
        const story = new Story(process.stdout);
        story.say(
            'A repository from CloudFormation, on an AWS in memory: nothing leaves this machine, and nothing of it stays.',
        );
        return await tell({ server, aws, workplace, story, interrupted, isVerbose });
    } finally {
        await server.close();
        rmSync(root, { recursive: true, force: true });
    }
}

async function tell(stage: Stage): Promise<ExitCode> {
    for (const chapter of [deployment, pushes, scan, ninetyDays, driftByHand, deletion]) {
        const exitCode = await chapter(stage);
        if (stage.interrupted.aborted) {
            stage.story.say('Interrupted. The AWS in memory has ended, and nothing is left.');
            return 130;
        }
        if (exitCode !== 0) {
            return exitCode;
        }
    }
    stage.story.chapter('Go on');
    stage.story.say('With a template of your own, on a stand-in that lives until stop:');
    stage.story.show('npm run local -- deploy examples/basic.yml');
    stage.story.show('npm run local -- drift basic');
    stage.story.show('npm run local -- delete basic');
    stage.story.show('npm run local -- stop');
    stage.story.say(
        'npm run local -- --help lists all commands, npm start -- --verbose shows the AWS objects of this story, and README.md says how to install the type in an account.',
    );
    return 0;
}

async function deployment({ story, aws, workplace, isVerbose }: Stage): Promise<ExitCode> {
    story.chapter('Deploy examples/production.yml');
    await createTopic(aws);
    const exitCode = await deploy(workplace, {
        file: EXAMPLE,
        stackName: STACK,
        region: DEFAULT_PLACE.region,
        parameters: new Map(),
        ssmParameters: new Map(),
        tags: new Map(),
    });
    if (isVerbose && exitCode === 0) {
        await printHoldings(aws);
    }
    return exitCode;
}

/** The topic that examples/notification-topic.yml makes, with the same rights. */
async function createTopic({ sns }: DemoClients): Promise<void> {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: TOPIC }));
    const statement = {
        Effect: 'Allow',
        Principal: { Service: ['events.amazonaws.com', 'cloudwatch.amazonaws.com'] },
        Action: 'sns:Publish',
        Resource: TopicArn,
    };
    const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
}

/** A month of a busy team: releases, branches, and builds without a tag. */
async function pushes({ story, aws: { ecr }, server }: Stage): Promise<ExitCode> {
    story.chapter('Push images for a month');
    let pushed = 0;
    const pushNext = async (content: string, tag?: string) => {
        await push(ecr, REPOSITORY, content, tag);
        pushed += 1;
    };
    for (let day = 1; day <= 24; day += 1) {
        await pushNext(`release ${day}`, `v1.${day}`);
        if (day % 4 === 0) {
            await pushNext(`branch ${day}`, `feature-${day / 4}`);
            await pushNext(`build ${day}`);
        }
        control(server, 'clock', { seconds: DAY }, DEFAULT_PLACE);
    }
    const images = await imagesOf(ecr, REPOSITORY);
    const scanned = images.filter(({ criticals }) => criticals !== undefined);
    const clean = scanned.filter(({ criticals }) => criticals === 0);
    story.say(
        `Of ${pushed} images, the lifecycle policy has expired ${pushed - images.length} already. The repository holds ${images.length}:`,
    );
    story.show(images.map(({ name }) => name).join('; '));
    story.say(
        `${scanned.length} of them were scanned when they were pushed; ${clean.length} have no critical vulnerability.`,
    );
    return 0;
}

async function scan(stage: Stage): Promise<ExitCode> {
    const { story, aws, server } = stage;
    story.chapter('A scan finds two critical vulnerabilities');
    await showAlarm(stage, 'Before it, the alarm is in the state');
    const counts = { CRITICAL: 2, HIGH: 5 };
    control(server, 'ecr/findings', { repositoryName: REPOSITORY, counts }, DEFAULT_PLACE);
    await push(aws.ecr, REPOSITORY, 'release 25', 'v1.25');
    control(server, 'clock', { seconds: 180 }, DEFAULT_PLACE);
    await showAlarm(stage, 'v1.25 is pushed and scanned, and the alarm goes to the state');
    const messages = deliveredMessages(server.world, DEFAULT_PLACE);
    story.say(`The topic ${TOPIC} delivers ${count(messages.length, 'message')}:`);
    for (const { subject, message } of messages) {
        const { NewStateReason } = JSON.parse(message);
        story.show([subject, NewStateReason].join('\n'));
    }
    return 0;
}

async function showAlarm({ story, aws }: Stage, words: string): Promise<void> {
    const { MetricAlarms = [] } = await aws.cloudWatch.send(new DescribeAlarmsCommand({}));
    story.say(`${words} ${MetricAlarms.map(({ StateValue }) => StateValue).join(', ')}.`);
}

async function ninetyDays({ story, aws: { ecr }, server }: Stage): Promise<ExitCode> {
    story.chapter('Ninety days pass');
    const before = await imagesOf(ecr, REPOSITORY);
    const { lifecyclePolicyText = '' } = await ecr.send(
        new GetLifecyclePolicyCommand({ repositoryName: REPOSITORY }),
    );
    control(server, 'clock', { seconds: 90 * DAY }, DEFAULT_PLACE);
    const after = await imagesOf(ecr, REPOSITORY);
    const gone = before.filter(({ digest }) => !after.some((image) => image.digest === digest));
    story.say(
        `The lifecycle policy has expired ${count(gone.length, 'image')} of ${before.length}, by these rules:`,
    );
    const rules = rulesOf(lifecyclePolicyText);
    for (const [rule, images] of byRule(rules, before, gone, server.world.clock.now())) {
        story.show(`${rule}\n  ${images.map(({ name }) => name).join('; ')}`);
    }
    story.say(`${count(after.length, 'image')} stayed. npm run local -- preview shows this beforehand.`);
    return 0;
}

/** The images that went, by the words of the rule that each belongs to. */
function byRule(
    rules: readonly EcrRule[],
    images: readonly ShownImage[],
    gone: readonly ShownImage[],
    now: number,
): Map<string, ShownImage[]> {
    const verdicts = evaluate(rules, images, now);
    const grouped = new Map<string, ShownImage[]>();
    images.forEach((image, index) => {
        if (gone.includes(image)) {
            const words = verdicts[index]?.rule?.description ?? 'no rule';
            grouped.set(words, [...(grouped.get(words) ?? []), image]);
        }
    });
    return grouped;
}

async function driftByHand({ story, aws: { ecr }, workplace }: Stage): Promise<ExitCode> {
    story.chapter('Somebody changes a setting by hand');
    await ecr.send(
        new PutImageTagMutabilityCommand({ repositoryName: REPOSITORY, imageTagMutability: 'MUTABLE' }),
    );
    story.say('ImageTagMutability is set to MUTABLE in ECR, past CloudFormation. Drift detection says:');
    const exitCode = await drift(workplace, STACK);
    // Exit code 2 says that there is drift, which is what this chapter is about.
    return exitCode === 2 ? 0 : 1;
}

async function deletion({ story, aws, workplace }: Stage): Promise<ExitCode> {
    story.chapter('Delete everything');
    story.say(
        'The repository holds images and EmptyOnDelete is false, so a deletion would be refused. The images are deleted first.',
    );
    const imageIds = (await imagesOf(aws.ecr, REPOSITORY)).map(({ digest }) => ({ imageDigest: digest }));
    await aws.ecr.send(new BatchDeleteImageCommand({ repositoryName: REPOSITORY, imageIds }));
    const exitCode = await deleteStack(workplace, STACK);
    const left = Object.entries(await countHoldings(aws));
    story.say(`AWS now holds ${left.map(([what, number]) => `${number} ${what}`).join(', ')}.`);
    return exitCode === 0 && left.every(([, number]) => number === 0) ? 0 : 1;
}

function count(number: number, what: string): string {
    return `${number} ${what}${number === 1 ? '' : 's'}`;
}
