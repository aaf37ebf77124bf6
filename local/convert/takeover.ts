import type { Piece } from './repository';
import type { TemplateResource } from './resources';

/** What a template has beside a repository, and what takes its place. */
export interface Takeover {
    readonly pieces: readonly Piece[];
    /** Resources that go from the template. */
    readonly replaced: readonly TemplateResource[];
    /** Resources that look alike and stay, and why. */
    readonly left: readonly Left[];
}

export interface Left {
    readonly resource: TemplateResource;
    readonly why: string;
}
