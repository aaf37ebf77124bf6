/*
 * Replaces string.prototype.replaceall in the bundle: a polyfill for Node before 15, twelve packages that the
 * CloudFormation library loads with itself.
 */
export = (text: string, searched: string, replacement: string): string =>
    text.replaceAll(searched, replacement);
