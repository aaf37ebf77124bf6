import { normalized } from '../../../scripts/release/sbom';

/** As npm sbom prints it: each run has its own number and time, and npm 10 names the places of packages. */
function printed(npm: string, places: readonly string[]): string {
    const properties = places.map((value) => ({ name: 'cdx:npm:package:path', value }));
    const isPrivate = { name: 'cdx:npm:package:private', value: 'true' };
    return JSON.stringify({
        bomFormat: 'CycloneDX',
        serialNumber: `urn:uuid:${npm}`,
        metadata: {
            timestamp: npm,
            tools: [{ vendor: 'npm', name: 'cli', version: npm }],
            component: { name: `folder-${npm}`, properties: [...properties, isPrivate] },
        },
        components: [{ name: '@aws-sdk/client-ecr', version: '3.1.0', properties }],
    });
}

test('is the same for all that make it', () => {
    const text = normalized(printed('10.8.2', ['node_modules/@aws-sdk/client-ecr']), 'my-type');
    expect(normalized(printed('11.19.1', []), 'my-type')).toBe(text);
    expect(JSON.parse(text)).toEqual({
        bomFormat: 'CycloneDX',
        metadata: {
            component: { name: 'my-type', properties: [{ name: 'cdx:npm:package:private', value: 'true' }] },
        },
        components: [{ name: '@aws-sdk/client-ecr', version: '3.1.0', properties: [] }],
    });
});
