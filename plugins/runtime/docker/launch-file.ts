import { dirname, isAbsolute } from 'node:path';
import type { RuntimeSpec } from '../../../src/slots/runtime.ts';

/** Say something of this machine, and nothing of what is in a container. */
const OF_THIS_MACHINE: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'SHELL',
  'USER',
  'LOGNAME',
  'PWD',
  'OLDPWD',
  'TMPDIR',
  'TMUX',
  'TMUX_PANE',
  'TERM',
]);

export interface Surroundings {
  /** The bot's own, as given to children. */
  readonly host: Readonly<Record<string, string>>;
  /** Set by the operator for these containers; the session's own win. */
  readonly configured: Readonly<Record<string, string>>;
  readonly home: string;
  /** Folders that are there under the same path. */
  readonly there: readonly string[];
}

/**
 * What is run before the agent: sets its environment, and is read from a private file so that tokens stand neither in the container's settings nor
 * in a process list. PATH is the image's own, behind ao's programs.
 */
export function launchFile(env: RuntimeSpec['env'], around: Surroundings): string {
  const own = Object.entries(env).filter(
    ([name, value]) => !OF_THIS_MACHINE.has(name) && around.host[name] !== value,
  );
  const programs = (env.PATH ?? '')
    .split(':')
    .filter((folder) => isAbsolute(folder) && isThere(folder, around.there));
  const all = {
    LANG: 'C.UTF-8',
    ...around.configured,
    ...Object.fromEntries(own),
    HOME: around.home,
  };
  return [
    ...Object.entries(all)
      .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
      .map(([name, value]) => `export ${name}=${quoted(value)}`),
    ...(programs.length === 0 ? [] : [`export PATH=${programs.map(quoted).join(':')}:"$PATH"`]),
    '',
  ].join('\n');
}

/**
 * The agent's program as it is found in the image: by its name, unless this very file is there, too. What is installed here says nothing of the image.
 */
export function argvThere(argv: readonly string[], there: readonly string[]): readonly string[] {
  const [program = '', ...rest] = argv;
  return !isAbsolute(program) || isThere(program, there)
    ? argv
    : [program.slice(dirname(program).length).replace(/^\//, ''), ...rest];
}

const isThere = (path: string, there: readonly string[]): boolean =>
  there.some((folder) => path === folder || path.startsWith(`${folder}/`));

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
