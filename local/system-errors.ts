/** The code of a system error, such as EEXIST. */
export function errorCode(error: unknown): unknown {
    return partOf(error, 'code');
}

const WORDS: Readonly<Record<string, string>> = {
    EACCES: 'permission is denied',
    EEXIST: 'it is a file, and a folder is wanted',
    EISDIR: 'it is a folder, and a file is wanted',
    EMFILE: 'too many files are open',
    ENOENT: 'it does not exist',
    ENOSPC: 'there is no space left on the device',
    ENOTDIR: 'a part of the path is a file, and a folder is wanted',
    EPERM: 'permission is denied',
    EROFS: 'the file system is read-only',
};

/** What is wrong with which file, for an error of the file system; undefined for other errors. */
export function fileProblem(error: unknown, file = pathOf(error)): string | undefined {
    const words = WORDS[String(errorCode(error))];
    return words && file && `${file}: ${words}`;
}

/**
 * Most errors of the file system name their file; that of reading a folder does not. That of a link names as `path`
 * what the link points to, and as `dest` the link.
 */
function pathOf(error: unknown): string | undefined {
    const file = partOf(error, 'dest') ?? partOf(error, 'path');
    return typeof file === 'string' ? file : undefined;
}

function partOf(error: unknown, name: string): unknown {
    return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
