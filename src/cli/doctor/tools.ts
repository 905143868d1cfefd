import { createRunGit, definedOf } from '../../git/run-git.ts';
import { failureOf, runProcess } from '../../lib/process/run-process.ts';
import type { Environment } from '../data-dir.ts';
import { bad, type Finding, good } from './finding.ts';

const TIMEOUT = 5_000;

interface Tool {
  readonly name: string;
  readonly args: readonly string[];
  /** Oldest version ao works with, and why. */
  readonly minimum: string;
  readonly install: string;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'git',
    args: ['--version'],
    minimum: '2.31',
    install: 'Install git 2.31 or newer (Debian: apt-get install git).',
  },
  {
    name: 'tmux',
    args: ['-V'],
    minimum: '3.0',
    install: 'Install tmux 3.0 or newer (Debian: apt-get install tmux).',
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
  const version = /(\d+(?:\.\d+)+)/.exec(found.stdout)?.[1] ?? '0';
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

/** Compares dotted versions number by number. */
export function atLeast(version: string, minimum: string): boolean {
  const wanted = minimum.split('.').map(Number);
  const parts = version.split('.').map(Number);
  for (const [index, number] of wanted.entries()) {
    const part = parts[index] ?? 0;
    if (part !== number) return part > number;
  }
  return true;
}
