import type { MarkdownRenderer } from 'vitepress';

/** Leaves diagrams to the theme, which draws them in the browser. */
export function diagrams(markdown: MarkdownRenderer): void {
    const code = markdown.renderer.rules.fence;
    markdown.renderer.rules.fence = (tokens, index, ...rest) => {
        const { info = '', content = '' } = tokens[index] ?? {};
        return info === 'mermaid'
            ? `<pre class="mermaid" v-pre>${markdown.utils.escapeHtml(content)}</pre>`
            : (code?.(tokens, index, ...rest) ?? '');
    };
}
