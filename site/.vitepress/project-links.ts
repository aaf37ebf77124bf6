import { statSync } from 'node:fs';
import path from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

/** Files that pages link to and that are no pages, such as templates; they go beside the pages as they are. */
export const filesLinkedFromPages = new Set<string>();

/** Makes links within the project, which GitHub understands, links of the site. */
export function projectLinks(markdown: MarkdownRenderer, project: string): void {
    markdown.core.ruler.push('project_links', ({ tokens, env }) => {
        const folder = path.join(project, path.dirname(env.relativePath));
        const links = tokens
            .flatMap(({ children }) => children ?? [])
            .filter(({ type }) => type === 'link_open');
        for (const link of links) {
            change(link, folder, project);
        }
    });
}

function change(token: Token, folder: string, project: string): void {
    const href = token.attrGet('href') ?? '#';
    if (/^([a-z]+:|#)/.test(href)) {
        return;
    }
    const [link = '', anchor] = href.split('#');
    const target = path.join(folder, link);
    const found = statSync(target, { throwIfNoEntry: false });
    if (found?.isFile() && !link.endsWith('.md')) {
        filesLinkedFromPages.add(path.relative(project, target));
        // The site's router knows pages alone; with a target it lets the browser follow the link.
        token.attrSet('target', '_self');
        return;
    }
    // A folder is shown by its README, and that is the folder's index on the site.
    const page = (found?.isDirectory() ? `${link}/README.md` : link).replace(/README\.md$/, 'index.md');
    token.attrSet('href', anchor === undefined ? page : `${page}#${anchor}`);
}
