import schema from '../schema.json';
import { configurationViolations } from '../src/validate';
import { didYouMean } from './did-you-mean';
import { parseJson } from './files';
import { isObject, type JsonObject } from './json';

/**
 * The type's configuration out of a file, as SetTypeConfiguration takes it and `cfn test --typeconfig` reads it. What
 * SetTypeConfiguration would refuse is refused here.
 */
export function readTypeConfiguration(file: string): JsonObject {
    const configuration: unknown = parseJson(file);
    if (!isObject(configuration)) {
        throw new Error(`${file}: wanted an object with the type's configuration.`);
    }
    const violations = configurationViolations(configuration).map(
        ({ path, sentence }) => sentence + otherName(path),
    );
    if (violations.length > 0) {
        throw new Error(`${file}: ${violations.join('; ')}.`);
    }
    return configuration;
}

/** The name that was meant, where a setting is not the configuration's own. */
function otherName([name = '']: readonly string[]): string {
    const names = Object.keys(schema.typeConfiguration.properties);
    return names.includes(name) ? '' : didYouMean(name, names);
}
