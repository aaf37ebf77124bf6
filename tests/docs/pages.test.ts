import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import schema from '../../schema.json';
import { isRecord } from '../../src/json';
import { violations } from '../../src/validate';

/* What stands on the pages: links that lead somewhere, and templates that could be deployed. */
const root = join(__dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const PAGES = [
    'README.md',
    'CONTRIBUTING.md',
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

/** Stands for what a template takes from elsewhere. */
const ELSEWHERE = 'taken from elsewhere';

const customTags = ['!Ref', '!GetAtt', '!Sub'].map((tag) => ({ tag, resolve: () => ELSEWHERE }));

/** The properties in a page's pieces of YAML: of whole templates, or of a resource alone. */
function propertiesOn(page: string): object[] {
    const pieces = [...read(page).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) =>
        parse(yaml, { customTags, logLevel: 'error' }),
    );
    return pieces.filter(isRecord).flatMap((piece) => {
        const resources = Object.values(isRecord(piece.Resources) ? piece.Resources : {});
        const ours = resources.filter(isRecord).filter(({ Type }) => Type === schema.typeName);
        const isOurs = Object.keys(piece).some((name) => name in schema.properties);
        return [
            ...ours.flatMap(({ Properties }) => (isRecord(Properties) ? [Properties] : [])),
            ...(isOurs ? [{ RepositoryName: 'my-app', ...piece }] : []),
        ];
    });
}

test.each(PAGES)('every link in %s leads somewhere', (page) => {
    expect(deadLinks(page)).toEqual([]);
});

test.each(PAGES.filter((page) => propertiesOn(page).length > 0))(
    '%s shows properties that are valid',
    (page) => {
        const mistakes = propertiesOn(page).flatMap(violations);
        expect(mistakes.filter((mistake) => !mistake.includes(ELSEWHERE))).toEqual([]);
    },
);

test('there are properties on the pages that newcomers read', () => {
    const pages = PAGES.filter((page) => propertiesOn(page).length > 0);
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/guide.md', 'docs/from-terraform.md']));
});
