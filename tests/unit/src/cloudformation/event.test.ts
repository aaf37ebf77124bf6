import { secretsOf, shapeViolations } from '../../../../src/cloudformation/event';

const event = (region: string) => ({
    action: 'READ',
    awsAccountId: '123456789012',
    bearerToken: 'token',
    region,
    requestData: {},
});

// eusc-de-east-1 is the AWS European Sovereign Cloud.
test.each(['us-east-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'])('%s is a Region', (region) => {
    expect(shapeViolations(event(region))).toEqual([]);
});

test.each(['', 'us', 'us-east-1.evil.example', 'US-EAST-1', 'us/east'])('"%s" is none', (region) => {
    expect(shapeViolations(event(region))).toEqual(['region: wanted an AWS Region']);
});

test('a secret comes before those that are part of it', () => {
    const callerCredentials = { accessKeyId: 'token-of-a-caller', secretAccessKey: 'of-a' };
    expect(secretsOf({ ...event('us-east-1'), requestData: { callerCredentials } })).toEqual([
        'token-of-a-caller',
        'token',
        'of-a',
    ]);
});
