import { AwsError } from '../error';
import type { HttpAnswer, HttpRequest } from '../protocols/protocol';
import { InvalidInput } from '../service';
import { DEFAULT_PLACE } from '../world';
import { CONTROL_PATH, type Controlled, control } from './control';

/** A control request over HTTP: input and answer are JSON; ?account= and ?region= say where. */
export function serveControl(server: Controlled, { path, body }: HttpRequest): HttpAnswer {
    const { pathname, searchParams } = new URL(path, 'http://stand-in');
    const place = {
        account: searchParams.get('account') ?? DEFAULT_PLACE.account,
        region: searchParams.get('region') ?? DEFAULT_PLACE.region,
    };
    try {
        const input = parse(body.toString());
        return answer(200, control(server, pathname.slice(CONTROL_PATH.length), input, place));
    } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return answer(statusOf(error), { message });
    }
}

function statusOf(error: unknown): number {
    if (error instanceof AwsError) {
        return error.status;
    }
    return error instanceof InvalidInput ? 400 : 500;
}

function parse(body: string): unknown {
    try {
        return JSON.parse(body || '{}');
    } catch {
        throw new InvalidInput('The request body is no JSON.');
    }
}

function answer(status: number, content: object): HttpAnswer {
    return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(content)}\n` };
}
