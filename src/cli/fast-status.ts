import type { StatusOptions } from './status-path.ts';

const FLAGS: Readonly<Record<string, keyof StatusOptions>> = {
  '--all': 'all',
  '--cost': 'cost',
  '--pr': 'pr',
  '--json': 'json',
};
const VALUES: Readonly<Record<string, keyof StatusOptions>> = {
  '--status': 'status',
  '--turn': 'turn',
  '--limit': 'limit',
  '--data-dir': 'dataDir',
  '--config': 'config',
};

/** The plain forms of `ao status`, read without commander; null for anything else, which then is commander's to judge. */
export function parseStatus(
  argv: readonly string[],
): { project: string | undefined; options: StatusOptions } | null {
  if (argv[0] !== 'status') return null;
  const options: Record<string, string | boolean> = {};
  let project: string | undefined;
  for (let index = 1; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const value = argv[index + 1];
    const flag = FLAGS[word];
    const named = VALUES[word];
    if (flag !== undefined) options[flag] = true;
    else if (named !== undefined && value !== undefined && !value.startsWith('-')) {
      options[named] = value;
      index += 1;
    } else if (!word.startsWith('-') && project === undefined) project = word;
    else return null;
  }
  return { project, options };
}
