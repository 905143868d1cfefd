/** What a `gh` command line does, as far as its words tell. */
export type GhUse =
  /** Asks GitHub. `cache`: the same words give the same answer for a while. `api`: one REST request whose headers can be had. */
  | { readonly kind: 'read'; readonly cache: boolean; readonly api: boolean }
  /** Changes something, or may. `opens`: a pull request, whose address it prints. */
  | { readonly kind: 'write'; readonly opens: boolean }
  /** Help, settings, sign-in: nothing to count. */
  | { readonly kind: 'local' };

const READ = { kind: 'read', cache: true, api: false } as const;
const UNCACHED = { kind: 'read', cache: false, api: false } as const;
const WRITE = { kind: 'write', opens: false } as const;
const LOCAL = { kind: 'local' } as const;

const LOCAL_COMMANDS: ReadonlySet<string> = new Set([
  'auth',
  'config',
  'alias',
  'completion',
  'extension',
  'help',
  'version',
  'browse',
  'ssh-key',
  'gpg-key',
]);
const READING: Readonly<Record<string, ReadonlySet<string>>> = {
  pr: new Set(['view', 'list', 'ls', 'status', 'checks', 'diff']),
  issue: new Set(['view', 'list', 'ls', 'status']),
  run: new Set(['view', 'list', 'ls']),
  workflow: new Set(['view', 'list', 'ls']),
  repo: new Set(['view', 'list', 'ls']),
  release: new Set(['view', 'list', 'ls']),
  label: new Set(['list', 'ls']),
  ruleset: new Set(['view', 'list', 'check']),
  cache: new Set(['list', 'ls']),
  search: new Set(['issues', 'prs', 'repos', 'code', 'commits']),
};
/** They wait, ask back, or open a browser. */
const LIVE: ReadonlySet<string> = new Set(['--watch', '--web', '-w']);

export function classify(args: readonly string[]): GhUse {
  const words = withoutRepo(args).filter((word) => !word.startsWith('-'));
  const [command, verb = ''] = words;
  if (
    command === undefined ||
    LOCAL_COMMANDS.has(command) ||
    args.includes('--help') ||
    args.includes('-h')
  )
    return LOCAL;
  if (command === 'api') return classifyApi(args.slice(args.indexOf('api') + 1));
  if (command === 'status') return READ;
  if (command === 'run' && verb === 'watch') return UNCACHED;
  if (command === 'pr' && (verb === 'create' || verb === 'new'))
    return { kind: 'write', opens: !args.some((word) => LIVE.has(word)) };
  if (READING[command]?.has(verb) !== true) return WRITE;
  return args.some((word) => LIVE.has(word)) ? UNCACHED : READ;
}

/** `-R owner/repo` may stand anywhere. */
const withoutRepo = (args: readonly string[]): readonly string[] =>
  args.filter(
    (word, index) =>
      word !== '-R' &&
      word !== '--repo' &&
      args[index - 1] !== '-R' &&
      args[index - 1] !== '--repo',
  );

const FIELDS: ReadonlySet<string> = new Set(['-f', '-F', '--field', '--raw-field']);

function classifyApi(args: readonly string[]): GhUse {
  const method = optionOf(args, ['-X', '--method'])?.toUpperCase() ?? null;
  const hasBody = args.some(
    (word) =>
      FIELDS.has(word) || word === '--input' || /^(--(raw-)?field=|--input=|-[fF]\S)/.test(word),
  );
  if (args.some((word) => word === 'graphql' || word === '/graphql'))
    return isQuestion(args) && method === null ? READ : WRITE;
  if ((method ?? (hasBody ? 'POST' : 'GET')) !== 'GET') return WRITE;
  const plain =
    !args.some((word) =>
      /^(-i|--include|--paginate|--silent|--verbose|--cache|--slurp)(=|$)/.test(word),
    ) && !hasBody;
  return { kind: 'read', cache: !args.includes('--input'), api: plain };
}

/** A GraphQL text that is given in full and begins no mutation. */
function isQuestion(args: readonly string[]): boolean {
  const queries = args.flatMap(
    (word) => /^(?:-[fF]|--(?:raw-)?field=)?query=([\s\S]*)$/.exec(word)?.[1] ?? [],
  );
  return (
    queries.length === 1 &&
    !args.includes('--input') &&
    !/^\s*@/.test(queries[0] ?? '') &&
    !/\b(mutation|subscription)\b/.test(queries[0] ?? '')
  );
}

/** `-X PATCH`, `-XPATCH`, `--method=PATCH`. */
function optionOf(args: readonly string[], names: readonly string[]): string | null {
  for (const [index, word] of args.entries()) {
    if (names.includes(word)) return args[index + 1] ?? null;
    for (const name of names) {
      const joined = name.startsWith('--') ? `${name}=` : name;
      if (word.startsWith(joined) && word.length > joined.length) return word.slice(joined.length);
    }
  }
  return null;
}
