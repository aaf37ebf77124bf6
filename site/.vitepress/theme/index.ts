import { useRoute } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { nextTick, onMounted, watch } from 'vue';
import './style.css';

/** The default theme, with the diagrams of the pages drawn. */
export default {
    extends: DefaultTheme,
    setup(): void {
        const route = useRoute();
        onMounted(() =>
            watch(
                () => route.path,
                () => nextTick(draw),
                { immediate: true },
            ),
        );
    },
};

async function draw(): Promise<void> {
    const diagrams = document.querySelectorAll<HTMLElement>('pre.mermaid:not([data-processed])');
    if (diagrams.length > 0) {
        const { default: mermaid } = await import('mermaid');
        mermaid.initialize({ startOnLoad: false });
        await mermaid.run({ nodes: diagrams });
    }
}
