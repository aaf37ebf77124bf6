import { awsFailure } from '../../../src/errors';

/** An error as the SDK throws it. */
const answer = (name: string, httpStatusCode: number, message = 'No.') =>
    Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

test.each<[unknown, string, boolean]>([
    [answer('ThrottlingException', 400), 'Throttling', true],
    [answer('SlowDown', 429), 'Throttling', true],
    [answer('ServerException', 500), 'ServiceInternalError', true],
    [answer('NewFailure', 503), 'ServiceInternalError', true],
    [answer('NewRefusal', 400), 'GeneralServiceException', false],
    [answer('AccessDenied', 403), 'AccessDenied', false],
    [answer('OperationAbortedException', 400), 'ResourceConflict', true],
    [
        answer('ValidationException', 400, "Rule can't be deleted since it has targets."),
        'ResourceConflict',
        true,
    ],
    [answer('ValidationException', 400), 'InvalidRequest', false],
    [answer('InvalidParameterException', 400, 'Principal not found'), 'InvalidRequest', true],
    [answer('InvalidParameterException', 400, 'Invalid repository policy provided'), 'InvalidRequest', false],
    [answer('KmsException', 400), 'InvalidRequest', false],
    [answer('RepositoryNotEmptyException', 400), 'GeneralServiceException', false],
    [answer('LimitExceededException', 400), 'ServiceLimitExceeded', false],
    [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'NetworkFailure', true],
    [new TypeError('undefined is not a function'), 'InternalFailure', false],
    ['a text', 'InternalFailure', false],
])('%s is %s; that time may help is %s', (error, errorCode, mayHelp) => {
    const failure = awsFailure(error, 'my-app', 'writing it');
    expect(failure).toMatchObject({ errorCode });
    expect(failure.patience > 0).toBe(mayHelp);
});

test('what ECR does not say of a policy is guessed', () => {
    const error = answer('InvalidParameterException', 400, 'Invalid repository policy provided');
    expect(awsFailure(error, 'my-app', 'writing it').message).toBe(
        'my-app: writing it failed. AWS says InvalidParameterException: Invalid repository policy provided. ECR does not say why. Most likely a principal does not exist (a deleted role, a mistyped account), then a malformed ARN or action in CustomPolicyStatements, then a Condition key that ECR does not know.',
    );
});
