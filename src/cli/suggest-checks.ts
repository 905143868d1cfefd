import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTextOrRefuse } from '../lib/guarded/read.ts';
import type { InitAnswers } from './init-answers.ts';

/** What installs the packages as the lock file says, and fails when it can't. */
const MANAGERS = [
  { lock: 'package-lock.json', install: 'npm ci', run: 'npm test' },
  { lock: 'npm-shrinkwrap.json', install: 'npm ci', run: 'npm test' },
  { lock: 'pnpm-lock.yaml', install: 'pnpm install --frozen-lockfile', run: 'pnpm test' },
  { lock: 'yarn.lock', install: 'yarn install --frozen-lockfile', run: 'yarn test' },
  { lock: 'bun.lock', install: 'bun install --frozen-lockfile', run: 'bun run test' },
  { lock: 'bun.lockb', install: 'bun install --frozen-lockfile', run: 'bun run test' },
] as const;

/** Checks that can work in a fresh checkout of this repository: only what its own files say is there. */
export function suggestChecks(folder: string): InitAnswers['checks'] {
  const has = (file: string): boolean => existsSync(join(folder, file));
  const text = (file: string): string => {
    if (!has(file)) return '';
    try {
      return readTextOrRefuse(join(folder, file), { max: 1 << 20 }) ?? '';
    } catch {
      return '';
    }
  };
  const run =
    nodeTest(text('package.json'), has) ??
    (has('Cargo.toml') ? 'cargo test' : null) ??
    (has('go.mod') ? 'go test ./...' : null) ??
    pythonTest(
      `${text('pyproject.toml')}\n${text('requirements-dev.txt')}\n${text('requirements.txt')}`,
      has,
    ) ??
    (/^test\s*:/m.test(text('Makefile')) ? 'make test' : null);
  return run === null ? [] : [{ name: 'test', run }];
}

type Has = (file: string) => boolean;

function nodeTest(manifest: string, has: Has): string | null {
  const { scripts, ...rest } = parsed(manifest);
  // What `npm init` writes for a project without tests.
  if (scripts?.test === undefined || scripts.test.includes('no test specified')) return null;
  const manager = MANAGERS.find(({ lock }) => has(lock));
  if (manager !== undefined) return `${manager.install} && ${manager.run}`;
  const needsPackages = ['dependencies', 'devDependencies', 'workspaces'].some(
    (key) => key in rest,
  );
  return needsPackages ? 'npm install && npm test' : 'npm test';
}

interface Manifest extends Readonly<Record<string, unknown>> {
  readonly scripts?: Readonly<Record<string, string>>;
}

function parsed(manifest: string): Manifest {
  try {
    const value: unknown = JSON.parse(manifest);
    return typeof value === 'object' && value !== null ? (value as Manifest) : {};
  } catch {
    return {};
  }
}

function pythonTest(requirements: string, has: Has): string | null {
  if (!/\bpytest\b/.test(requirements) && !has('pytest.ini') && !has('conftest.py')) return null;
  if (has('uv.lock')) return 'uv run pytest';
  if (has('poetry.lock')) return 'poetry install && poetry run pytest';
  return 'python -m pytest';
}
