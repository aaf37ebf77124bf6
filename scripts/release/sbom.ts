import { execFileSync } from 'node:child_process';
import { z } from 'zod';

const Component = z.looseObject({
    name: z.string(),
    properties: z.array(z.looseObject({ name: z.string() })).default([]),
});

/** As much of CycloneDX's JSON as differs between two runs of npm, or between its versions 10 and 11. */
const Sbom = z.looseObject({
    serialNumber: z.string().optional(),
    metadata: z.looseObject({
        timestamp: z.string().optional(),
        tools: z.unknown(),
        component: Component,
    }),
    components: z.array(Component),
});

/** The packages that the handlers are bundled from, as CycloneDX; the same text for the same package-lock.json. */
export function sbomOf(packageName: string): string {
    const options = ['sbom', '--omit', 'dev', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    return normalized(execFileSync('npm', options, { encoding: 'utf8' }), packageName);
}

/** Pure. What npm prints, without what depends on the run, on npm's version and on the folder. */
export function normalized(printed: string, packageName: string): string {
    const { serialNumber: _, metadata, components, ...rest } = Sbom.parse(JSON.parse(printed));
    const { timestamp: _time, tools: _tools, component, ...others } = metadata;
    // npm calls the component after the folder that it is in.
    const named = { ...others, component: withoutPath({ ...component, name: packageName }) };
    return `${JSON.stringify({ ...rest, metadata: named, components: components.map(withoutPath) }, null, 2)}\n`;
}

/** npm 10 says where in node_modules each package is, npm 11 does not. */
function withoutPath(component: z.infer<typeof Component>): object {
    const properties = component.properties.filter(({ name }) => name !== 'cdx:npm:package:path');
    return { ...component, properties };
}
