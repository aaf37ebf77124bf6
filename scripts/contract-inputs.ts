/**
 * What the inputs name that AWS checks, and the exports of deploy/contract-tests.yml that stand for it. In the account of
 * the project's own tests everything exists; AWS runs its contract tests in an account that has its own topics and keys.
 */
export const EXPORTS: ReadonlyMap<string, string> = new Map([
    [
        'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        'EcrTypeContractTestKeyArn',
    ],
    ['arn:aws:sns:us-east-1:123456789012:alerts', 'EcrTypeContractTestAlertsArn'],
    ['arn:aws:sns:us-east-1:123456789012:pages', 'EcrTypeContractTestPagesArn'],
    ['arn:aws:sns:us-east-1:123456789012:security-alerts', 'EcrTypeContractTestSecurityAlertsArn'],
    ['arn:aws:signer:us-east-1:123456789012:/signing-profiles/beta', 'EcrTypeContractTestBetaProfileArn'],
    [
        'arn:aws:signer:us-east-1:123456789012:/signing-profiles/release',
        'EcrTypeContractTestReleaseProfileArn',
    ],
    ['arn:aws:iam::444444444444:role/scanner', 'EcrTypeContractTestScannerArn'],
    ['123456789012', 'EcrTypeContractTestAccountId'],
    ['111111111111', 'EcrTypeContractTestOtherAccountId1'],
    ['222222222222', 'EcrTypeContractTestOtherAccountId2'],
    ['333333333333', 'EcrTypeContractTestOtherAccountId3'],
    ['444444444444', 'EcrTypeContractTestOtherAccountId4'],
    ['210987654321', 'EcrTypeContractTestOtherAccountId1'],
    ['eu-west-1', 'EcrTypeContractTestRegion1'],
    ['us-west-2', 'EcrTypeContractTestRegion2'],
    ['ap-south-1', 'EcrTypeContractTestRegion3'],
]);

/**
 * An input file for AWS's contract tests, which put the value of an export in the place of its name in double braces
 * (CloudFormation CLI user guide, "Specifying input data for use in contract tests").
 */
export function portable(input: string): string {
    return [...EXPORTS].reduce(
        (text, [value, name]) => text.replaceAll(`"${value}"`, `"{{${name}}}"`),
        input,
    );
}
