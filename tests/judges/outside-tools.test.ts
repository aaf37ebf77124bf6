import { isInstalled, TOOLS } from '../../scripts/outside-tools';

test.each(TOOLS)('$name is installed; if not: $howToGet', (tool) => {
    expect(isInstalled(tool)).toBe(true);
});
