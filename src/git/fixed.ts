/** Variables of the host's that git may see; every other GIT_* would point it at another repository, program or configuration. */
const KEPT =
  /^GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)$|^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|HTTP_USER_AGENT|PROXY_SSL_\w+|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)$/;

/** Commands that compare files and would start a program to do it, where configuration and attributes name one. */
const COMPARING = new Set([
  'diff',
  'diff-tree',
  'diff-index',
  'diff-files',
  'show',
  'log',
  'format-patch',
]);

/**
 * What holds for every call, whatever a repository says: no hooks, no daemons, no signing program, no pager or editor.
 * Given as configuration of the command, which git ranks above every file.
 */
const SETTINGS: ReadonlyArray<readonly [key: string, value: string]> = [
  ['core.hooksPath', '/dev/null'],
  // git says it of the empty list of grafts as well.
  ['advice.graftFileDeprecated', 'false'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'keep'],
  ['core.alternateRefsCommand', 'true'],
  // Both are files beside the objects that tell of them what nobody verifies.
  ['core.commitGraph', 'false'],
  ['core.multiPackIndex', 'false'],
  ['core.pager', 'cat'],
  ['core.quotePath', 'false'],
  ['commit.gpgSign', 'false'],
  ['tag.gpgSign', 'false'],
  ['push.gpgSign', 'false'],
  ['merge.verifySignatures', 'false'],
  ['log.showSignature', 'false'],
  ['rerere.enabled', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['diff.submodule', 'short'],
  ['protocol.ext.allow', 'never'],
  ['uploadpack.packObjectsHook', ''],
  ['worktree.useRelativePaths', 'false'],
];

/**
 * `http` is in it for forges inside a company; it starts the same program as `https`. What is out is everything whose address
 * names a program (`ext::`, `fd::`, helpers of others).
 */
const PROTOCOLS = 'file:https:http:ssh';

export type Setting = readonly [key: string, value: string];

/** The environment of a call: what the host gave without its git variables, and ao's own. Answers in English, for parsing. */
export function gitEnvironment(
  base: Readonly<Record<string, string>>,
  settings: readonly Setting[] = [],
): Record<string, string> {
  const kept = Object.entries(base).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name));
  const all = [...SETTINGS, ...settings];
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_EDITOR: 'true',
    GIT_SEQUENCE_EDITOR: 'true',
    GIT_PAGER: 'cat',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_NO_LAZY_FETCH: '1',
    // Of one piece of memory: git reads a `.gitignore` as a whole, however large.
    GIT_ALLOC_LIMIT: '2g',
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(
      all.flatMap(([key, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, key],
        [`GIT_CONFIG_VALUE_${at}`, value],
      ]),
    ),
  };
}

/** Where the subcommand stands: after `-c x=y` and other options of git itself. -1: there is none, as in `git --version`. */
export function subcommandAt(args: readonly string[]): number {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '-c' || arg === '-C') at += 1;
    else if (!arg.startsWith('-')) return at;
  }
  return -1;
}

/** The arguments with the switches that keep git from starting a program for a comparison. */
export function hardenedArgs(args: readonly string[]): readonly string[] {
  const at = subcommandAt(args);
  if (at === -1 || !COMPARING.has(args[at] ?? '')) return args;
  return [...args.slice(0, at + 1), '--no-ext-diff', '--no-textconv', ...args.slice(at + 1)];
}

const MINUTE = 60_000;
/** Only look at refs, objects and configuration, or write one of them. */
const SHORT = new Set([
  'rev-parse',
  'for-each-ref',
  'show-ref',
  'symbolic-ref',
  'update-ref',
  'cat-file',
  'merge-base',
  'config',
  'remote',
  'commit-tree',
  'branch',
]);
const NETWORK = new Set(['fetch', 'push', 'clone', 'ls-remote']);

/** How long a call may take, in milliseconds: long enough for the largest repositories, and not for ever. */
export function timeLimit(args: readonly string[]): number {
  const at = subcommandAt(args);
  const command = at === -1 ? null : (args[at] ?? null);
  if (command === null || SHORT.has(command)) return MINUTE / 2;
  return NETWORK.has(command) ? 30 * MINUTE : 10 * MINUTE;
}
