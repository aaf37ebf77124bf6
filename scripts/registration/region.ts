import { STSClient } from '@aws-sdk/client-sts';

/**
 * The Region that the AWS CLI would take (AWS CLI User Guide, "Configuration settings and precedence"): AWS_REGION,
 * AWS_DEFAULT_REGION, or that of the profile in the shared configuration file; undefined without any of them.
 */
export async function configuredRegion(): Promise<string | undefined> {
    const fromEnvironment = process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'];
    if (fromEnvironment) {
        return fromEnvironment;
    }
    try {
        return await new STSClient({}).config.region();
    } catch {
        return undefined;
    }
}

/** What to say when there is none. */
export const NO_REGION =
    'In which Region? Name it with --region or in AWS_DEFAULT_REGION, or give the profile one: aws configure set region NAME.';
