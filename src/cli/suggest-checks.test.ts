import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { suggestChecks } from './suggest-checks.ts';

const TEST = '{"scripts": {"test": "vitest"}, "devDependencies": {"vitest": "5"}}';

it.each([
  ['a lock file of npm', { 'package.json': TEST, 'package-lock.json': '' }, 'npm ci && npm test'],
  ['no lock file', { 'package.json': TEST }, 'npm install && npm test'],
  ['nothing to install', { 'package.json': '{"scripts": {"test": "node --test"}}' }, 'npm test'],
  [
    'pnpm',
    { 'package.json': TEST, 'pnpm-lock.yaml': '' },
    'pnpm install --frozen-lockfile && pnpm test',
  ],
  [
    'yarn',
    { 'package.json': TEST, 'yarn.lock': '' },
    'yarn install --frozen-lockfile && yarn test',
  ],
  [
    'bun',
    { 'package.json': TEST, 'bun.lock': '' },
    'bun install --frozen-lockfile && bun run test',
  ],
  ['no test in package.json', { 'package.json': '{"scripts": {"build": "tsc"}}' }, null],
  [
    'what npm init writes',
    { 'package.json': '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}' },
    null,
  ],
  ['a package.json that is none', { 'package.json': '{' }, null],
  ['scripts that are none', { 'package.json': '{"scripts": null}' }, null],
  [
    'a package.json without tests beside a Makefile with',
    { 'package.json': '{}', Makefile: 'test:\n\ttrue\n' },
    'make test',
  ],
  ['a Makefile without a test', { Makefile: 'build:\n\ttrue\n' }, null],
  ['Rust', { 'Cargo.toml': '' }, 'cargo test'],
  ['Go', { 'go.mod': '' }, 'go test ./...'],
  [
    'Python with pytest',
    { 'pyproject.toml': '[dependency-groups]\ndev = ["pytest"]' },
    'python -m pytest',
  ],
  ['Python with uv', { 'pyproject.toml': '"pytest>=8"', 'uv.lock': '' }, 'uv run pytest'],
  ['Python without tests', { 'pyproject.toml': '[project]\nname = "x"' }, null],
  ['nothing known', { 'README.md': '' }, null],
])('%s', (_what, files, run) => {
  const folder = tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  expect(suggestChecks(folder)).toEqual(run === null ? [] : [{ name: 'test', run }]);
});
