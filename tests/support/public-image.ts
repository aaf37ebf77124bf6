import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf } from './digest';

/** Bytes of a layer part at least, but for the last (ECR API reference, LayerPartTooSmallException). */
export const SMALLEST_PART = 5 * 1024 * 1024;

/** Two layers, of which one goes up in two parts, and a configuration, of no use but to be carried over. */
const BLOBS = new Map(
    ['a configuration', 'a layer', 'another layer'.padEnd(SMALLEST_PART + 1)].map((text) => [
        digestOf(text),
        text,
    ]),
);

/** A manifest of OCI need not say what it is: the answer's header does (image-spec, manifest.md: mediaType). */
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** A public registry with one image, for linux/amd64 in an index; it wants a token, as public registries do. */
export class PublicImage {
    private readonly server = createServer((incoming, outgoing) => this.serve(incoming, outgoing));

    async start(): Promise<void> {
        await once(this.server.listen(0, '127.0.0.1'), 'listening');
    }

    stop(): void {
        this.server.close();
        this.server.closeAllConnections();
    }

    /** HOST/NAME:TAG. */
    get name(): string {
        return `${this.host}/library/tiny:1`;
    }

    private get host(): string {
        return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    private serve({ url = '', headers }: IncomingMessage, outgoing: ServerResponse): void {
        if (url.startsWith('/token')) {
            outgoing.end(JSON.stringify({ token: 'anybody' }));
            return;
        }
        if (headers.authorization !== 'Bearer anybody') {
            const challenge = `Bearer realm="http://${this.host}/token",service="tests",scope="repository:tiny:pull"`;
            outgoing.writeHead(401, { 'www-authenticate': challenge }).end();
            return;
        }
        const content = contents().get(url);
        const type = url.includes('/manifests/') ? MANIFEST : 'application/octet-stream';
        outgoing.writeHead(content === undefined ? 404 : 200, { 'content-type': type }).end(content);
    }
}

/** By path. */
function contents(): ReadonlyMap<string, string> {
    const [config, ...layers] = [...BLOBS.keys()].map((digest) => ({
        digest,
        mediaType: 'application/octet-stream',
    }));
    const manifest = JSON.stringify({
        schemaVersion: 2,
        config,
        layers,
    });
    const digest = digestOf(manifest);
    const platform = (architecture: string) => ({ os: 'linux', architecture });
    const index = JSON.stringify({
        manifests: [
            { digest: 'sha256:0', platform: platform('arm64') },
            { digest, platform: platform('amd64') },
        ],
    });
    return new Map([
        ['/v2/library/tiny/manifests/1', index],
        [`/v2/library/tiny/manifests/${digest}`, manifest],
        ...[...BLOBS].map(([blob, text]) => [`/v2/library/tiny/blobs/${blob}`, text] as const),
    ]);
}
