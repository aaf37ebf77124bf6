import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';
import { diagrams } from './diagrams';
import { filesLinkedFromPages, projectLinks } from './project-links';

const SITE = path.join(import.meta.dirname, '..');

const PROJECT = path.join(SITE, '..');

/** A copy of the project's Markdown files: the modules that pages need are found from this folder only. */
const PAGES = path.join(SITE, 'pages');

rmSync(PAGES, { recursive: true, force: true });
const listed = execFileSync('git', ['ls-files', '--', '*.md', ':!tests'], { cwd: PROJECT, encoding: 'utf8' });
for (const page of listed.trim().split('\n')) {
    cpSync(path.join(PROJECT, page), path.join(PAGES, page));
}

const item = (text: string, page: string) => ({ text, link: `/${page}` });

const GROUPS = [
    {
        text: 'Use it',
        items: [
            item('Guide', 'docs/guide'),
            item('Properties', 'docs/properties'),
            item('Examples', 'examples/'),
            item('Troubleshooting', 'docs/troubleshooting'),
            item('Limits', 'docs/limits'),
            item('Costs', 'docs/costs'),
        ],
    },
    {
        text: 'Adopt it',
        items: [
            item('How it compares', 'docs/how-it-compares'),
            item('From Terraform', 'docs/from-terraform'),
            item('AWS CDK', 'examples/cdk/'),
        ],
    },
    {
        text: 'Run it',
        items: [
            item('Operations', 'docs/operations'),
            item('Deploy the type', 'deploy/'),
            item('Lint templates', 'lint/'),
            item('Live test', 'docs/live-test'),
            item('Changelog', 'CHANGELOG'),
        ],
    },
    {
        text: 'Work on it',
        items: [
            item('Contribute', 'CONTRIBUTING'),
            item('Decisions', 'docs/decisions/'),
            item('AWS stand-in', 'local/aws/'),
            item('Release', 'RELEASING'),
        ],
    },
];

export default defineConfig({
    title: 'EcrRepository',
    description: 'CloudFormation resource type Org::Containers::EcrRepository',
    srcDir: PAGES,
    outDir: path.join(PROJECT, 'dist', 'site'),
    // GitHub Pages serves a project at /its-name/.
    base: process.env['BASE_PATH'] ?? '/',
    rewrites: (page) => page.replace(/README\.md$/, 'index.md'),
    markdown: {
        anchor: { slugify: gitHubAnchor },
        config(markdown) {
            projectLinks(markdown, PROJECT);
            diagrams(markdown);
        },
    },
    themeConfig: {
        nav: [item('Guide', 'docs/guide'), item('Properties', 'docs/properties')],
        sidebar: GROUPS,
        outline: { level: [2, 3] },
        search: {
            provider: 'local',
            options: {
                detailedView: true,
                miniSearch: {
                    // Who searches for a message wants its explanation.
                    searchOptions: { boostDocument: (page) => (page.includes('troubleshooting') ? 2 : 1) },
                },
            },
        },
    },
    buildEnd({ outDir }) {
        for (const file of filesLinkedFromPages) {
            cpSync(path.join(PROJECT, file), path.join(outDir, file));
        }
    },
});

/** As GitHub makes them, so that a link works on both. */
function gitHubAnchor(heading: string): string {
    return heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-');
}
