import { createHash } from 'node:crypto';

/** The digest of a layer or a manifest, as registries write it. */
export function digestOf(content: string): string {
    return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
