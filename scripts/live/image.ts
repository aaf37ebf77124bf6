import {
    CompleteLayerUploadCommand,
    type ECRClient,
    InitiateLayerUploadCommand,
    PutImageCommand,
    UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { calling, Refusal } from '../registration/refusal';

interface Descriptor {
    readonly digest: string;
    readonly mediaType: string;
    readonly platform?: { readonly os: string; readonly architecture: string };
}

/** What an image is made of, or the images for several platforms. */
interface Manifest {
    readonly mediaType?: string;
    readonly config?: Descriptor;
    readonly layers?: readonly Descriptor[];
    readonly manifests?: readonly Descriptor[];
}

const MANIFESTS = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
];

/** A public registry, by the distribution protocol (github.com/opencontainers/distribution-spec). */
class PublicImage {
    private readonly base: string;
    private readonly tag: string;
    private token: string | undefined;

    /** From HOST/NAME:TAG. */
    constructor(reference: string) {
        const [, host = '', name = '', tag = ''] = /^([^/]+)\/(.+):([^:/]+)$/.exec(reference) ?? [];
        if (!tag) {
            throw new Error(`${reference} is no image; one is public.ecr.aws/docker/library/alpine:3.18.`);
        }
        this.base = `${/^(127\.|localhost)/.test(host) ? 'http' : 'https'}://${host}/v2/${name}`;
        this.tag = tag;
    }

    /** The manifest for Linux on x86, as it is written, and its media type, which it need not say itself. */
    async manifest(reference = this.tag): Promise<{ text: string; mediaType: string | undefined }> {
        const response = await this.get(`manifests/${reference}`);
        const text = await response.text();
        const { manifests, mediaType }: Manifest = JSON.parse(text);
        if (!manifests) {
            return { text, mediaType: mediaType ?? response.headers.get('content-type') ?? undefined };
        }
        const wanted = manifests.find(
            ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
        );
        if (!wanted) {
            throw new Error(`${this.base}:${this.tag} has no image for linux/amd64.`);
        }
        return this.manifest(wanted.digest);
    }

    async blob(digest: string): Promise<Uint8Array> {
        return new Uint8Array(await (await this.get(`blobs/${digest}`)).arrayBuffer());
    }

    private async get(what: string): Promise<Response> {
        const url = `${this.base}/${what}`;
        const ask = () =>
            fetch(url, {
                headers: {
                    accept: [...MANIFESTS, '*/*'].join(', '),
                    ...(this.token && { authorization: `Bearer ${this.token}` }),
                },
            });
        let response = await ask();
        if (response.status === 401) {
            this.token = await anonymousToken(response.headers.get('www-authenticate') ?? '');
            response = await ask();
        }
        if (!response.ok) {
            throw new Error(`${url} answered ${response.status}.`);
        }
        return response;
    }
}

/** What a public registry gives anybody who asks (distribution-spec: token authentication). */
async function anonymousToken(challenge: string): Promise<string> {
    const asked = Object.fromEntries(
        [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
    );
    const { realm, ...query } = asked;
    if (!realm) {
        throw new Error(`The registry wants credentials of an unknown kind: ${challenge}`);
    }
    const response = await fetch(`${realm}?${new URLSearchParams(query)}`);
    const { token = '' } = (await response.json()) as { token?: string };
    return token;
}

/** Copies a public image into a repository, without Docker, and gives its digest. */
export async function copyImage(
    reference: string,
    { ecr, repositoryName, imageTag }: { ecr: ECRClient; repositoryName: string; imageTag: string },
): Promise<string> {
    const source = new PublicImage(reference);
    const { text: imageManifest, mediaType } = await source.manifest();
    const { config, layers = [] }: Manifest = JSON.parse(imageManifest);
    for (const { digest } of [...layers, ...(config ? [config] : [])]) {
        await uploadLayer(ecr, repositoryName, digest, await source.blob(digest));
    }
    const { image } = await calling(
        'ecr:PutImage',
        ecr.send(
            new PutImageCommand({
                repositoryName,
                imageManifest,
                imageManifestMediaType: mediaType,
                imageTag,
            }),
        ),
    );
    return image?.imageId?.imageDigest ?? '';
}

/** Uploads a layer, or the configuration of an image, in parts as ECR asks for; one that is there already is no error. */
export async function uploadLayer(
    ecr: ECRClient,
    repositoryName: string,
    digest: string,
    content: Uint8Array,
): Promise<void> {
    const { uploadId, partSize = content.length } = await calling(
        'ecr:InitiateLayerUpload',
        ecr.send(new InitiateLayerUploadCommand({ repositoryName })),
    );
    for (let first = 0; first < content.length; first += partSize) {
        const layerPartBlob = content.subarray(first, first + partSize);
        await calling(
            'ecr:UploadLayerPart',
            ecr.send(
                new UploadLayerPartCommand({
                    repositoryName,
                    uploadId,
                    partFirstByte: first,
                    partLastByte: first + layerPartBlob.length - 1,
                    layerPartBlob,
                }),
            ),
        );
    }
    try {
        await calling(
            'ecr:CompleteLayerUpload',
            ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] })),
        );
    } catch (error) {
        if (!(error instanceof Refusal && error.code === 'LayerAlreadyExistsException')) {
            throw error;
        }
    }
}
