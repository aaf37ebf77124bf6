import { parseArgs } from 'node:util';
import { AwsServer } from './server';
import { SERVICES } from './services';

const USAGE = `Usage: main.ts [--port N] [--record FILE] [--until-input-ends]

Starts the AWS stand-in and prints its endpoint. It ends on SIGTERM or SIGINT and keeps nothing.

  --port N             the port on 127.0.0.1 (default: a free one)
  --record FILE        tells processes apart: where the one who starts it notes its endpoint; it is not read
  --until-input-ends   end as well when standard input does, so that it never outlives the process that started it
`;

async function run(): Promise<void> {
    const { values } = parseArgs({
        options: {
            port: { type: 'string', default: '0' },
            record: { type: 'string' },
            'until-input-ends': { type: 'boolean', default: false },
            help: { type: 'boolean', short: 'h', default: false },
        },
    });
    if (values.help) {
        process.stdout.write(USAGE);
        return;
    }
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
        throw new Error(`--port is ${values.port}. It must be a whole number from 0 to 65535.`);
    }
    await start(Number(values.port), values['until-input-ends']);
}

async function start(port: number, endsWithInput: boolean): Promise<void> {
    const end = () => process.exit();
    process.once('SIGTERM', end).once('SIGINT', end);
    if (endsWithInput) {
        process.stdin.once('end', end).once('close', end).resume();
    }
    process.stdout.write(`${await new AwsServer(SERVICES).listen(port)}\n`);
}

run().catch((error: Error) => {
    process.stderr.write(`The AWS stand-in does not start: ${error.message}\n`);
    process.exitCode = 1;
});
