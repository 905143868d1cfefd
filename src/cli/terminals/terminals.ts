import { shellLine } from './shell-line.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is to be shown in a terminal. */
export interface Wanted {
  /** Title of the window or tab; one that is open under it already is brought to the front where the program can. */
  readonly name: string;
  /** Program and arguments to run there. */
  readonly argv: readonly string[];
  /** The session's worktree; null: none. */
  readonly folder: string | null;
}

/** A terminal program that can be told to show something. */
export interface Terminal {
  readonly title: string;
  /** Where it exists. */
  readonly platforms: readonly NodeJS.Platform[];
  /** Whether the person is in it right now. */
  here(env: Environment): boolean;
  /** What shows it, run here: program and arguments. It returns at once. */
  open(wanted: Wanted, env: Environment, platform: NodeJS.Platform): readonly string[];
  /** It can only show the folder: the person runs the command there. */
  readonly folderOnly?: true;
}

const ANY = ['linux', 'darwin', 'win32'] as const;

/** Programs of Linux stay in front until their window closes: they get a session of their own. */
const apart = (argv: readonly string[]): readonly string[] => ['setsid', '--fork', ...argv];

/** AppleScript with its words as arguments, so that nothing in them is ever part of the script. */
const script = (lines: readonly string[], ...words: readonly string[]): readonly string[] => [
  'osascript',
  ...[
    'on run argv',
    'set wanted to item 1 of argv',
    'set line to item 2 of argv',
    ...lines,
    'end run',
  ]
    .map((line) => line.replace(/\bline\b/g, 'theLine'))
    .flatMap((line) => ['-e', line]),
  ...words,
];

const ITERM = [
  'tell application "iTerm2"',
  'activate',
  'repeat with w in windows',
  'repeat with t in tabs of w',
  'repeat with s in sessions of t',
  'if name of s is wanted then',
  'select w',
  'tell w to select t',
  'tell t to select s',
  'return',
  'end if',
  'end repeat',
  'end repeat',
  'end repeat',
  'if (count of windows) is 0 then',
  'set s to current session of (create window with default profile)',
  'else',
  'tell current window to set s to current session of (create tab with default profile)',
  'end if',
  'tell s',
  'set name to wanted',
  'write text line',
  'end tell',
  'end tell',
] as const;

const APPLE_TERMINAL = [
  'tell application "Terminal"',
  'activate',
  'repeat with w in windows',
  'repeat with t in tabs of w',
  'if custom title of t is wanted then',
  'set selected of t to true',
  'set index of w to 1',
  'return',
  'end if',
  'end repeat',
  'end repeat',
  'set t to do script line',
  'set custom title of t to wanted',
  'end tell',
] as const;

const editor = (title: string, program: string, here: Terminal['here']): Terminal => ({
  title,
  platforms: ANY,
  here,
  folderOnly: true,
  open: ({ folder }) => [program, folder ?? '.'],
});

const inEditor = (env: Environment): boolean => env.TERM_PROGRAM === 'vscode';
const isCursor = (env: Environment): boolean => env.CURSOR_TRACE_ID !== undefined;

/** Every terminal that `terminal` of ao.yaml may name. */
export const TERMINALS = {
  iterm2: {
    title: 'iTerm2',
    platforms: ['darwin'],
    here: (env) => env.TERM_PROGRAM === 'iTerm.app',
    open: ({ name, argv }) => script(ITERM, name, shellLine(argv)),
  },
  terminal: {
    title: 'Terminal',
    platforms: ['darwin'],
    here: (env) => env.TERM_PROGRAM === 'Apple_Terminal',
    open: ({ name, argv }) => script(APPLE_TERMINAL, name, shellLine(argv)),
  },
  ghostty: {
    title: 'Ghostty',
    platforms: ['linux', 'darwin'],
    here: (env) => env.TERM_PROGRAM === 'ghostty',
    open: ({ name, argv }, _, platform) =>
      platform === 'darwin'
        ? ['open', '-na', 'Ghostty.app', '--args', `--title=${name}`, '-e', ...argv]
        : apart(['ghostty', `--title=${name}`, '-e', ...argv]),
  },
  kitty: {
    title: 'kitty',
    platforms: ['linux', 'darwin'],
    here: (env) => env.KITTY_WINDOW_ID !== undefined,
    open: ({ name, argv }, _, platform) => {
      const command = ['kitty', '--single-instance', '--title', name, '--', ...argv];
      return platform === 'linux'
        ? apart(command)
        : [...command.slice(0, 2), '--detach', ...command.slice(2)];
    },
  },
  wezterm: {
    title: 'WezTerm',
    platforms: ANY,
    here: (env) => env.WEZTERM_PANE !== undefined || env.TERM_PROGRAM === 'WezTerm',
    open: ({ argv }, env, platform) => {
      // In it, a tab of the window in front; outside, a window.
      if (env.WEZTERM_PANE !== undefined) return ['wezterm', 'cli', 'spawn', '--', ...argv];
      const command = ['wezterm', 'start', '--', ...argv];
      return platform === 'linux' ? apart(command) : command;
    },
  },
  'gnome-terminal': {
    title: 'GNOME Terminal',
    platforms: ['linux'],
    here: (env) => env.GNOME_TERMINAL_SCREEN !== undefined,
    open: ({ name, argv }) => ['gnome-terminal', '--tab', '--title', name, '--', ...argv],
  },
  'windows-terminal': {
    title: 'Windows Terminal',
    platforms: ['linux'],
    here: (env) => env.WT_SESSION !== undefined,
    // From WSL: the tab is Windows', the program in it is ours. A bare `;` would begin another tab.
    open: ({ name, argv }, env) => [
      'wt.exe',
      ...['-w', '0', 'new-tab', '--title', name, 'wsl.exe'],
      ...(env.WSL_DISTRO_NAME === undefined ? [] : ['-d', env.WSL_DISTRO_NAME]),
      ...['-e', ...argv].map((word) => word.replaceAll(';', '\\;')),
    ],
  },
  vscode: editor('VS Code', 'code', (env) => inEditor(env) && !isCursor(env)),
  cursor: editor('Cursor', 'cursor', (env) => inEditor(env) && isCursor(env)),
} as const satisfies Readonly<Record<string, Terminal>>;

export type TerminalName = keyof typeof TERMINALS;

const isName = (name: string): name is TerminalName => Object.hasOwn(TERMINALS, name);

/** The terminal that is configured, else the one the person is in. Null: neither is known, so the command is printed. */
export function terminalFor(
  configured: string | undefined,
  env: Environment,
  platform: NodeJS.Platform,
): Terminal | null {
  if (configured !== undefined) return isName(configured) ? TERMINALS[configured] : null;
  const all: readonly Terminal[] = Object.values(TERMINALS);
  return (
    all.find((terminal) => terminal.platforms.includes(platform) && terminal.here(env)) ?? null
  );
}
