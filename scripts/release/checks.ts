import type { ResourceSchema } from '../generate/schema';
import { breakingChanges } from '../registration/breaking-changes';

/** A release and its schema, as release/last.json keeps the last one. */
export interface Release {
    readonly version: string;
    readonly schema: ResourceSchema;
}

export interface Candidate extends Release {
    readonly last: Release;
    readonly changelog: string;
    /** The day of the newest commit, as YYYY-MM-DD. */
    readonly day: string;
    /** What git status --porcelain prints. */
    readonly status: string;
    readonly tags: readonly string[];
}

/** Pure. Why the candidate must not be released, one sentence each; Semantic Versioning 2.0.0 decides on versions. */
export function violations(candidate: Candidate): string[] {
    const { version, schema, last, status, tags } = candidate;
    const [major, lastMajor] = [version, last.version].map((text) => Number(text.split('.')[0])) as [
        number,
        number,
    ];
    const breaks = major > lastMajor ? [] : breakingChanges(last.schema, schema);
    return [
        ...(status === '' ? [] : ['There are changes that are not committed. Commit or remove them.']),
        ...(tags.includes(tagOf(version))
            ? [
                  `${tagOf(version)} is released already. Raise the version with npm version --no-git-tag-version.`,
              ]
            : []),
        ...changelogViolations(candidate),
        ...breaks.map((one) => `Templates of ${last.version} would break: ${one}. Raise the major version.`),
    ];
}

export function tagOf(version: string): string {
    return `v${version}`;
}

/** The commit that dates the changelog is the one to release, so that both tell the same day. */
function changelogViolations({ changelog, version, day }: Candidate): string[] {
    const section = sectionOf(changelog, version);
    if (!section) {
        return [`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD". Name what users notice.`];
    }
    return section.date === day
        ? []
        : [
              `CHANGELOG.md dates ${version} on ${section.date}, and the newest commit is of ${day}. Date it on the day of the release, and commit that.`,
          ];
}

/** When a version was released, and what users notice (keepachangelog.com); undefined where it has no dated section. */
export function sectionOf(changelog: string, version: string): { date: string; text: string } | undefined {
    const sections = changelog.split(/^## /m).slice(1);
    const heading = `[${version}] - `;
    const section = sections.find((one) => one.startsWith(heading));
    const [date = '', ...lines] = section?.slice(heading.length).split('\n') ?? [];
    const text = lines.join('\n').trim();
    return /^\d{4}-\d{2}-\d{2}$/.test(date) && text !== '' ? { date, text } : undefined;
}
