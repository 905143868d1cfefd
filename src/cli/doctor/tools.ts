import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createRunGit, definedOf } from '../../git/run-git.ts';
import type { Environment } from '../data-dir.ts';
import { bad, type Finding, good } from './finding.ts';

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
  try {
    const stdout = await versionOf(tool, env);
    const version = /(\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? '0';
    if (atLeast(version, tool.minimum)) return good(tool.name, version);
    return bad(tool.name, `${version} is too old`, tool.install);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return bad(
      tool.name,
      code === 'ENOENT' || code === 'AO_GIT_MISSING'
        ? 'is not installed'
        : `does not run: ${(error as Error).message.split('\n')[0]}`,
      tool.install,
    );
  }
}

async function versionOf(tool: Tool, env: Environment): Promise<string> {
  if (tool.name === 'git') {
    const git = createRunGit({ env: definedOf(env) });
    return (await git('/', tool.args, { timeoutMs: 5_000 })).stdout;
  }
  const { stdout } = await promisify(execFile)(tool.name, [...tool.args], {
    env: env as NodeJS.ProcessEnv,
    timeout: 5_000,
  });
  return stdout;
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
