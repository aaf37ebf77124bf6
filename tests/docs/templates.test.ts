import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deploy } from '../../local/commands/deploy';
import { drift } from '../../local/commands/drift';
import type { Workplace } from '../../local/workplace';
import schema from '../../schema.json';
import { HERE, KEY, NAME, TOPIC } from '../support/my-app';
import { useStandIn } from '../support/suite';
import { workplaceIn } from '../support/workplace';

/* Every template on the pages is deployed as it stands, and every piece of one within the template that it belongs to. */
const ROOT = path.join(__dirname, '..', '..');

const PAGES = ['README.md', ...readdirSync(path.join(ROOT, 'docs')).map((name) => path.join('docs', name))];

/** What the pages leave to the reader. */
const PARAMETERS: Readonly<Record<string, string>> = { KmsKeyArn: KEY, AlertTopicArn: TOPIC };

/** The repository of the guide, to which its pieces add properties, and its topic. */
const SURROUNDING = `
Parameters:
  Topic: { Type: String, Default: '${TOPIC}' }
Resources:
  Repository:
    Type: ${schema.typeName}
    Properties:
      RepositoryName: ${NAME}
`;

/** The templates on a page, each by the page and its first lines. */
function templatesOn(page: string): [string, string][] {
    const pieces = [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)];
    return pieces.flatMap(([, yaml = '']): [string, string][] => {
        const title = `${page}: ${yaml.split('\n').slice(0, 2).join(' ')}`;
        if (/^Resources:/m.test(yaml)) {
            return [[title, yaml]];
        }
        const [first = ''] = /^\w+(?=:)/m.exec(yaml) ?? [];
        return first in schema.properties ? [[title, SURROUNDING + yaml.replace(/^/gm, '      ')]] : [];
    });
}

const TEMPLATES = PAGES.filter((page) => page.endsWith('.md')).flatMap(templatesOn);

const standIn = useStandIn();
const folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
let workplace: Workplace;

beforeAll(() => {
    workplace = workplaceIn(folder, standIn.url);
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

afterAll(async () => {
    await workplace.functions.close();
    rmSync(folder, { recursive: true });
});

test.each(TEMPLATES)('%s is deployed, and holds what it says', async (title, template) => {
    const stackName = `page-${TEMPLATES.findIndex(([other, text]) => other === title && text === template)}`;
    const file = path.join(folder, `${stackName}.yml`);
    writeFileSync(file, template);
    const wanted = Object.entries(PARAMETERS).filter(([name]) => template.includes(`${name}: { Type`));
    const request = { file, stackName, region: HERE, parameters: new Map(wanted) };
    expect(await deploy(workplace, { ...request, ssmParameters: new Map(), tags: new Map() })).toBe(0);
    expect(await drift(workplace, stackName)).toBe(0);
});

test('the pages that newcomers read have templates', () => {
    const pages = new Set(TEMPLATES.map(([title]) => title.split(':')[0]));
    expect([...pages]).toEqual(['README.md', 'docs/from-terraform.md', 'docs/guide.md']);
});
