import { partition } from '@aws-sdk/util-endpoints';
import type { Settings } from './scope';

/** What the pseudo parameters of a stack are (Template Reference, "Pseudo parameters"). */
export function pseudoParametersOf({
    account,
    region,
    name,
    id,
}: Readonly<Record<'account' | 'region' | 'name' | 'id', string>>): Settings['pseudoParameters'] {
    const { name: partitionName, dnsSuffix } = partition(region);
    return {
        'AWS::AccountId': account,
        'AWS::NoValue': undefined,
        'AWS::NotificationARNs': [],
        'AWS::Partition': partitionName,
        'AWS::Region': region,
        'AWS::StackId': id,
        'AWS::StackName': name,
        'AWS::URLSuffix': dnsSuffix,
    };
}
