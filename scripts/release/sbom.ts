import { execFileSync } from 'node:child_process';
import { z } from 'zod';

/** As much of CycloneDX's JSON as differs between two runs of npm. */
const Sbom = z.looseObject({
    serialNumber: z.string().optional(),
    metadata: z.looseObject({
        timestamp: z.string().optional(),
        tools: z.unknown(),
        component: z.looseObject({ name: z.string() }),
    }),
});

/** The packages that the handlers are bundled from, as CycloneDX; the same text for the same package-lock.json. */
export function sbomOf(packageName: string): string {
    const options = ['sbom', '--omit', 'dev', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    const {
        serialNumber: _,
        metadata,
        ...rest
    } = Sbom.parse(JSON.parse(execFileSync('npm', options, { encoding: 'utf8' })));
    const { timestamp: _time, tools: _tools, component, ...others } = metadata;
    // npm calls the component after the folder that it is in.
    const named = { ...others, component: { ...component, name: packageName } };
    return `${JSON.stringify({ ...rest, metadata: named }, null, 2)}\n`;
}
