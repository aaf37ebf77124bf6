import { configurationViolations } from '../src/validate';
import { parseJson } from './files';
import { isObject, type JsonObject } from './json';
import { typeName } from './resource-type';

/**
 * The type's configuration out of a file as `cfn test` reads it, by the names of types. What SetTypeConfiguration would
 * refuse is refused here.
 */
export function readTypeConfiguration(file: string): JsonObject {
    const configurations: unknown = parseJson(file);
    const configuration = isObject(configurations) ? configurations[typeName] : undefined;
    if (!isObject(configuration)) {
        throw new Error(`${file}: wanted an object with the configuration under "${typeName}".`);
    }
    const violations = configurationViolations(configuration);
    if (violations.length > 0) {
        throw new Error(`${file}: ${violations.join('; ')}.`);
    }
    return configuration;
}
