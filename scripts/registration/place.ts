import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Bucket } from './bucket';
import { PublicRegistry } from './public-registry';
import { calling, notAws } from './refusal';
import { Registry } from './registry';

/** An account and Region in which the type is registered. */
export interface Place {
    readonly account: string;
    readonly region: string;
    readonly registry: Registry;
    readonly publicRegistry: PublicRegistry;
    /** The bucket of that name. */
    bucket(name: string): Bucket;
    /** Tells what was just done. */
    did(text: string): void;
    /** Tells what is going on. */
    say(text: string): void;
}

export async function placeAt(region: string, typeName: string, done: string[]): Promise<Place> {
    refuseEndpoint(process.env['AWS_ENDPOINT_URL']);
    const { Account: account } = await calling(
        'sts:GetCallerIdentity',
        new STSClient({ region }).send(new GetCallerIdentityCommand()),
    );
    // A page of HTML parses as an answer without members.
    if (account === undefined) {
        throw new Error(notAws('sts:GetCallerIdentity'));
    }
    // A bucket that is named for several Regions lies in one of them.
    const s3 = new S3Client({ region, followRegionRedirects: true });
    const cloudformation = new CloudFormationClient({ region });
    const say = (text: string) => console.error(`${region}  ${text.replaceAll('\n', `\n${region}  `)}`);
    return {
        account,
        region,
        registry: new Registry(cloudformation, typeName),
        publicRegistry: new PublicRegistry(cloudformation, typeName),
        bucket: (name) => new Bucket(s3, { name, account, region }),
        did: (text) => {
            done.push(text);
            say(text);
        },
        say,
    };
}

/** The SDK takes localhost:4566 for a URL of the scheme localhost. */
function refuseEndpoint(endpoint: string | undefined): void {
    if (endpoint && !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol))) {
        throw new Error(`AWS_ENDPOINT_URL is ${endpoint}. It must be a URL such as http://127.0.0.1:4566.`);
    }
}
