/** Characters of a filter at most (Amazon ECR API reference, ScanningRepositoryFilter and SigningRepositoryFilter). */
const LONGEST_FILTER = 255;

/**
 * The filter for a repository. Without an asterisk it would match every name that contains it; with one before the
 * last character, only names that begin and end as this one does (Amazon ECR user guide, filter wildcards). ECR takes
 * no two separators in a row in a filter; there, an asterisk stands for the second. Different names of up to 255
 * characters have different filters.
 */
export function filterFor(repositoryName: string): string {
    const writable = repositoryName.replace(/([._/-])[._/-]/g, '$1*');
    const filter = `${writable.slice(0, -1)}*${writable.slice(-1)}`;
    if (filter.length <= LONGEST_FILTER) {
        return filter;
    }
    return writable.length > LONGEST_FILTER ? `${writable.slice(0, LONGEST_FILTER - 1)}*` : writable;
}
