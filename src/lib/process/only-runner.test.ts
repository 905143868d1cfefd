import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.ts';

/** Starts of programs that no time limit ends: why. */
const ALLOWED = new Map([
  ['src/lib/process/run-process.ts', 'the runner'],
  ['src/http/pty.ts', 'the terminal in the browser, open for as long as somebody looks'],
  ['src/lifecycle/idle-sleep.ts', 'keeps the machine awake until its pipe is closed'],
  ['src/cli/world.ts', "in the person's own terminal, which ends it"],
  ['src/cli/in-terminal.ts', "in the person's own terminal, which ends it"],
  ['src/cli/start-detached.ts', 'starts the bot'],
  ['src/cli/gh/run-gh.ts', "takes gh's place in the agent's own terminal"],
  ['plugins/shared/acp/host/agent-process.ts', "the agent itself, in its pane's process group"],
  ['plugins/shared/tmux/control-client.ts', 'the connection to tmux; each command has a limit'],
  ['plugins/scm/local/run-command.ts', 'checks, with a limit, cancelled by process group'],
]);

const STARTS =
  /from 'execa'|node:child_process|from '@lydell\/node-pty'|import\('@lydell\/node-pty'\)/;

const startsPrograms = (text: string): boolean => STARTS.test(text);

const sources = ['src', 'plugins']
  .flatMap((folder) =>
    readdirSync(join(packageRoot(), folder), { recursive: true, withFileTypes: true }),
  )
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => relative(packageRoot(), join(entry.parentPath, entry.name)))
  .filter((file) => !/\.test\.tsx?$|-harness\.ts$/.test(file));

test('programs are started by the runner with a time limit, or by a file that says why not', () => {
  const found = sources.filter((file) =>
    startsPrograms(readFileSync(join(packageRoot(), file), 'utf8')),
  );
  expect(found.toSorted()).toEqual([...ALLOWED.keys()].toSorted());
});

test.each([
  "import { execa } from 'execa';",
  "import { spawn } from 'node:child_process';",
  "const { execFile } = process.getBuiltinModule('node:child_process');",
  "const pty = await import('@lydell/node-pty');",
])('a start like this one would be found: %s', (text) => {
  expect(startsPrograms(text)).toBe(true);
});
