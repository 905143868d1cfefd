/** Verbs of other orchestrators, and the command each of them is here: `docs/cli.md` lists them. What follows the verb is kept. */
export const ALIASES: Readonly<Record<string, readonly string[]>> = {
  new: ['spawn'],
  'batch-spawn': ['spawn'],
  'add-project': ['projects', 'add'],
  'remove-project': ['projects', 'remove'],
  'config-help': ['config', 'keys'],
  watch: ['status', '--watch'],
  dashboard: ['open'],
  cleanup: ['prune'],
  'session ls': ['status'],
  'session list': ['list'],
  'session attach': ['attach'],
  'session kill': ['kill'],
  'session restore': ['restore'],
  'session show': ['show'],
};

/** The command line with our words for an alias; anything else as it is. */
export function withoutAlias(argv: readonly string[]): readonly string[] {
  for (const words of [2, 1]) {
    const alias = argv.slice(0, words).join(' ');
    const ours = Object.hasOwn(ALIASES, alias) ? ALIASES[alias] : undefined;
    if (argv.length >= words && ours !== undefined) return [...ours, ...argv.slice(words)];
  }
  return argv;
}
