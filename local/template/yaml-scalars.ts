import type { ScalarTag } from 'yaml';

const BOOL = 'tag:yaml.org,2002:bool';
const INT = 'tag:yaml.org,2002:int';
const FLOAT = 'tag:yaml.org,2002:float';

function scalar(tag: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
    return { tag, default: true, test, resolve };
}

/** The number that digits of a base make, with their sign and without the underscores that YAML 1.1 allows. */
function integer(text: string, base: number, prefix = ''): number {
    const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
    const value = Number.parseInt(digits.slice(prefix.length), base);
    return sign === '-' ? -value : value;
}

/**
 * Plain scalars as CloudFormation reads them: YAML 1.1 without timestamps (User Guide, "CloudFormation template
 * formats"; yaml.org/type/bool.html, int.html, float.html). So 0300 is 192: cloudformation-coverage-roadmap issue 745
 * has an account ID 012345670123 that CloudFormation reads as 1402433619. 0800 is no octal number, and stays text.
 */
export const YAML_SCALARS: ScalarTag[] = [
    scalar('tag:yaml.org,2002:null', /^(?:~|null|Null|NULL)?$/, () => null),
    scalar(BOOL, /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
    scalar(BOOL, /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
    scalar(INT, /^[-+]?0b[01_]+$/, (text) => integer(text, 2, '0b')),
    scalar(INT, /^[-+]?0x[0-9a-fA-F_]+$/, (text) => integer(text, 16, '0x')),
    scalar(INT, /^[-+]?0[0-7_]+$/, (text) => integer(text, 8)),
    scalar(INT, /^[-+]?(?:0|[1-9][0-9_]*)$/, (text) => integer(text, 10)),
    scalar(INT, /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, (text) => {
        const minutes = text.replaceAll(/[-+_]/g, '').split(':').map(Number);
        const value = minutes.reduce((whole, part) => whole * 60 + part);
        return text.startsWith('-') ? -value : value;
    }),
    scalar(FLOAT, /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?$/, (text) =>
        Number(text.replaceAll('_', '')),
    ),
    scalar(FLOAT, /^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$/, (text) => Number(text.replaceAll('_', ''))),
];
