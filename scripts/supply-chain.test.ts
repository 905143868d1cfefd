import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../src/lib/package-root.ts';

const read = (file: string): string => readFileSync(path.join(packageRoot(), file), 'utf8');

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
}

describe('packages', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    lockfileVersion: number;
    packages: Readonly<Record<string, Locked>>;
  };
  const packages = Object.entries(lock.packages).filter(
    ([name, { link }]) => name !== '' && link !== true,
  );

  test('every one is locked with its hash, and none comes from an address of its own', () => {
    expect(lock.lockfileVersion).toBeGreaterThanOrEqual(3);
    expect(
      packages
        .filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)
        .map(([name]) => name),
    ).toEqual([]);
    expect(
      packages.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name),
    ).toEqual([]);
  });

  test('none runs a script when it is installed; those that bring one work without it', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
    const withScript = new Set(
      packages
        .filter(([, { hasInstallScript }]) => hasInstallScript === true)
        .map(([name]) => name.split('node_modules/').at(-1)),
    );
    // esbuild's script only puts the platform's program in the place of a launcher that finds it as well.
    expect([...withScript]).toEqual(['esbuild']);
  });

  test('package.json itself has no script that npm runs without being asked', () => {
    const { scripts } = JSON.parse(read('package.json')) as {
      scripts: Readonly<Record<string, string>>;
    };
    expect(
      Object.keys(scripts).filter((name) => /^(pre|post|prepare|install|dependencies)/.test(name)),
    ).toEqual([]);
  });
});

describe('the image', () => {
  const lines = read('Dockerfile')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  const at = (word: string): number => last.findIndex((line) => line.startsWith(`${word} `));

  test('runs as somebody who is not root, from before its start', () => {
    expect(last[at('USER')]).toMatch(/^USER (?!root$|0$)\w+$/);
    expect(at('USER')).toBeLessThan(at('ENTRYPOINT'));
    expect(last.slice(at('USER')).filter((line) => line.startsWith('RUN '))).toEqual([]);
  });

  test('says whether it is healthy, by asking the bot', () =>
    expect(last[at('HEALTHCHECK')]).toMatch(/CMD .*\/healthz/));

  test('has a first process that passes signals on, and keeps state in a volume', () => {
    expect(last[at('ENTRYPOINT')]).toContain('tini');
    expect(last[at('VOLUME')]).toBe('VOLUME /data');
  });

  test('is built of the locked packages, and no secret of the checkout gets into it', () => {
    expect(lines).toContain('RUN npm ci --include=dev');
    expect(lines.filter((line) => /^(ADD|ARG|COPY .*\.env)/.test(line))).toEqual([]);
    for (const left of ['.git', '.env', 'node_modules'])
      expect(read('.dockerignore').split('\n')).toContain(left);
  });
});
