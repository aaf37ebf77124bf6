import { configurationViolations } from '../src/validate';
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
    const violations = configurationViolations(configuration);
    if (violations.length > 0) {
        throw new Error(`${file}: ${violations.join('; ')}.`);
    }
    return configuration;
}
