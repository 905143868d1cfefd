import { createRunGit, definedOf } from '../../git/run-git.ts';
import { atLeast, OLDEST_GIT, OLDEST_TMUX } from '../../lib/oldest.ts';
import { failureOf, runProcess } from '../../lib/process/run-process.ts';
import type { Environment } from '../data-dir.ts';
import { bad, type Finding, good } from './finding.ts';

const TIMEOUT = 5_000;

interface Tool {
  readonly name: string;
  readonly args: readonly string[];
  /** Oldest version ao works with. */
  readonly minimum: string;
  /** Its version, in what it prints. */
  readonly version: RegExp;
  readonly install: string;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'git',
    args: ['--version'],
    minimum: OLDEST_GIT,
    version: /(\d+(?:\.\d+)+)/,
    install: `Install git ${OLDEST_GIT} or newer (Debian: apt-get install git).`,
  },
  {
    name: 'tmux',
    args: ['-V'],
    minimum: OLDEST_TMUX,
    version: /^tmux (?:next-|openbsd-)?(\S+)/,
    install: `Install tmux ${OLDEST_TMUX} or newer (Debian: apt-get install tmux).`,
  },
];

/** The runtime itself, and the programs that ao runs. */
export async function examineTools(env: Environment): Promise<readonly Finding[]> {
  const node = good('node', `${process.versions.node} at ${process.execPath}`);
  return [node, ...(await Promise.all(TOOLS.map((tool) => examineTool(tool, env))))];
}

async function examineTool(tool: Tool, env: Environment): Promise<Finding> {
  const found = await versionOf(tool, env);
  if (found.stdout === null) return bad(tool.name, found.problem, tool.install);
  const version = tool.version.exec(found.stdout)?.[1] ?? '0';
  return atLeast(version, tool.minimum)
    ? good(tool.name, version)
    : bad(tool.name, `${version} is too old`, tool.install);
}

type Version = { readonly stdout: string } | { readonly stdout: null; readonly problem: string };

const problem = (words: string): Version => ({ stdout: null, problem: words });

async function versionOf(tool: Tool, env: Environment): Promise<Version> {
  if (tool.name === 'git') return gitVersion(tool, env);
  const end = await runProcess({
    bin: tool.name,
    args: tool.args,
    cwd: '/',
    env: definedOf(env),
    timeoutMs: TIMEOUT,
  });
  if (end.type === 'exited' && end.code === 0) return { stdout: end.stdout };
  if (end.type === 'not_started' && end.error.code === 'ENOENT') return problem('is not installed');
  return problem(`does not run: ${failureOf(end, TIMEOUT)}`);
}

async function gitVersion(tool: Tool, env: Environment): Promise<Version> {
  try {
    const git = createRunGit({ env: definedOf(env) });
    return { stdout: (await git('/', tool.args, { timeoutMs: TIMEOUT })).stdout };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return problem(
      code === 'AO_GIT_MISSING' ? 'is not installed' : `does not run: ${message.split('\n')[0]}`,
    );
  }
}
