import { AwsError } from '../error';

/** CloudWatch's errors, and what the query protocol calls them (botocore's model of CloudWatch, error codes). */
const CODES = {
    DashboardInvalidInputError: 'InvalidParameterInput',
    DashboardNotFoundError: 'ResourceNotFound',
    InvalidFormatFault: 'InvalidFormat',
    InvalidParameterCombinationException: 'InvalidParameterCombination',
    InvalidParameterValueException: 'InvalidParameterValue',
    LimitExceededFault: 'LimitExceeded',
} as const;

export function refusal(shape: keyof typeof CODES, message: string, status = 400): AwsError {
    return new AwsError(CODES[shape], message, status, shape);
}
