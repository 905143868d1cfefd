/** One entry of a git configuration, the key as `git config --list` prints it: section and name in small letters. */
export interface Entry {
  readonly key: string;
  /** Null: written without `=`, which means true. */
  readonly value: string | null;
}

/** Reads `git config --list -z`. */
export const parseEntries = (output: string): readonly Entry[] =>
  output
    .split('\0')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('\n');
      return at === -1
        ? { key: part, value: null }
        : { key: part.slice(0, at), value: part.slice(at + 1) };
    });

/**
 * Keys of a repository that ao's git may read, whoever wrote them: none names a program, a file to read, or another address for
 * what is fetched from. What is not in this list doesn't exist for ao's git, so a key that a later git invents is out as well.
 */
const PLAIN: readonly RegExp[] = [
  /^core\.(?:repositoryformatversion|filemode|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|autocrlf|eol|safecrlf|checkroundtripencoding|logallrefupdates|compression|loosecompression|bigfilethreshold|sharedrepository|trustctime|checkstat|preloadindex|multipackindex|commitgraph|abbrev|splitindex|longpaths|fscache|deltabasecachelimit|packedgitlimit|packedgitwindowsize|whitespace)$/,
  /^extensions\.(?:objectformat|compatobjectformat|refstorage|noop|preciousobjects|relativeworktrees)$/,
  /^(?:user|author|committer)\.(?:name|email)$/,
  /^remote\..*\.(?:fetch|push|mirror|tagopt|prune|prunetags|skipdefaultupdate|skipfetchall)$/s,
  /^remote\.pushdefault$/,
  /^branch\..*\.(?:remote|pushremote|merge|rebase)$/s,
  /^(?:init\.defaultbranch|push\.(?:default|autosetupremote)|fetch\.(?:prune|prunetags|parallel)|pull\.(?:ff|rebase))$/,
  /^merge\.(?:renames|renamelimit|directoryrenames|conflictstyle|renormalize)$/,
  /^diff\.(?:renames|renamelimit|algorithm|context|interhunkcontext|indentheuristic)$/,
  /^index\.(?:version|threads)$/,
  /^pack\.(?:threads|windowmemory|depth|window)$/,
  /^i18n\.(?:commitencoding|logoutputencoding)$/,
  /^lfs\.(?:repositoryformatversion|fetchinclude|fetchexclude|concurrenttransfers|locksverify)$/,
  /^lfs\..*\.(?:access|locksverify)$/s,
];

/** Used when they were there as ao took the project on, with the same value: they choose programs, identities and addresses. */
const PINNED: readonly RegExp[] = [
  /^core\.(?:sshcommand|askpass|gitproxy|excludesfile|attributesfile)$/,
  /^(?:credential|http|https)\./,
  /^url\..*\.(?:insteadof|pushinsteadof)$/s,
  /^remote\..*\.(?:proxy|proxyauthmethod|uploadpack|receivepack)$/s,
  /^ssh\.variant$/,
  /^lfs\.(?:url|pushurl)$/,
];

/** Such a key makes git start a program, read another file or ask another address. */
const EXECUTABLE: readonly RegExp[] = [
  ...PINNED,
  /^filter\..*\.(?:clean|smudge|process)$/s,
  /^diff\.(?:external|.*\.(?:textconv|command))$/s,
  /^merge\..*\.driver$/s,
  /^core\.(?:fsmonitor|hookspath|worktree|editor|pager|alternaterefscommand)$/,
  /^include(?:if\..*)?\.path$/s,
  /^remote\..*\.vcs$/s,
  /^protocol\.(?:.*\.)?allow$/s,
  /^alias\./,
  /^gpg\.(?:.*\.)?program$/s,
  /^gpg\.ssh\.defaultkeycommand$/,
  /^submodule\..*\.update$/s,
  /^uploadpack\.packobjectshook$/,
  /^trailer\..*\.(?:command|cmd)$/s,
  /^sequence\.editor$/,
  /^interactive\.difffilter$/,
  /^pager\./,
  /^(?:difftool|mergetool|browser|man|guitool)\..*\.(?:cmd|path)$/s,
  /^sendemail\..*(?:cmd|server)$/s,
  /^lfs\.(?:customtransfer|extension)\./s,
  /^extensions\.(?:worktreeconfig|partialclone)$/,
];

/** They name nothing that runs, and change what the operator's own git does in every checkout of the repository. */
const SHARED: readonly RegExp[] = [/^(?:user|author|committer|core|commit|tag|push|pull|rebase)\./];

const matches = (list: readonly RegExp[], key: string): boolean =>
  list.some((pattern) => pattern.test(key));

export const isSharedSetting = (entry: Entry): boolean =>
  matches(SHARED, entry.key) && !isExecutable(entry);
export const isPlain = (key: string): boolean => matches(PLAIN, key);
export const isPinned = (key: string): boolean => matches(PINNED, key);

/** git-lfs by the commands that `git lfs install` writes, and no other. */
const LFS: Readonly<Record<string, readonly string[]>> = {
  'filter.lfs.clean': ['git-lfs clean -- %f'],
  'filter.lfs.smudge': ['git-lfs smudge -- %f', 'git-lfs smudge --skip -- %f'],
  'filter.lfs.process': ['git-lfs filter-process', 'git-lfs filter-process --skip'],
  'filter.lfs.required': ['true', 'false'],
};

export const isLfs = ({ key, value }: Entry): boolean => LFS[key]?.includes(value ?? '') ?? false;

/** Names a program, a file or an address, and isn't git-lfs. */
export const isExecutable = (entry: Entry): boolean =>
  !isLfs(entry) && matches(EXECUTABLE, entry.key) && !isHarmlessValue(entry);

/** `false` and `true` of keys that take a program as well. */
const isHarmlessValue = ({ key, value }: Entry): boolean =>
  (key === 'core.fsmonitor' && ['false', ''].includes(value ?? 'true')) ||
  (key.startsWith('pager.') && ['true', 'false'].includes(value ?? 'true')) ||
  (/^submodule\..*\.update$/s.test(key) && !(value ?? '').startsWith('!')) ||
  (key.startsWith('protocol.') && value === 'never');

/** An address of another machine. A path is one of this machine, where ao may read more than an agent may. */
export const isRemoteAddress = (url: string): boolean =>
  /^(?:https?|ssh):\/\/[^-]/.test(url) || /^[^-/.:][^/:]*:[^:]/.test(url);

/** The text of a configuration file with these entries. */
export function configText(entries: readonly Entry[]): string {
  return entries
    .map(({ key, value }) => {
      const first = key.indexOf('.');
      const last = key.lastIndexOf('.');
      const name = key.slice(last + 1);
      const section = key.slice(0, first);
      const head =
        first === last ? `[${section}]` : `[${section} "${escaped(key.slice(first + 1, last))}"]`;
      return `${head}\n\t${name}${value === null ? '' : ` = "${escaped(value)}"`}\n`;
    })
    .join('');
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
