import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/* Links on the pages lead somewhere. */
const root = join(__dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const PAGES = [
    'README.md',
    'CONTRIBUTING.md',
    'RELEASING.md',
    'SECURITY.md',
    'SUPPORT.md',
    'deploy/README.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.md'))
        .map((file) => join('docs', file)),
];

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(file: string): string[] {
    const headings = [...withoutCode(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
    return headings.map((heading) =>
        heading
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
            .replaceAll(' ', '-'),
    );
}

function withoutCode(text: string): string {
    return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}

/** Links to places within the project that are not there. */
function deadLinks(page: string): string[] {
    const prose = withoutCode(read(page)).replaceAll(/`[^`\n]+`/g, '');
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    return links
        .filter((link) => !/^https?:/.test(link))
        .filter((link) => {
            const [path = '', anchor] = link.split('#');
            const target = path === '' ? page : relative(root, join(root, dirname(page), path));
            const isThere = existsSync(join(root, target));
            return !isThere || (anchor !== undefined && !anchorsOf(target).includes(anchor));
        });
}

test.each(PAGES)('every link in %s leads somewhere', (page) => {
    expect(deadLinks(page)).toEqual([]);
});
