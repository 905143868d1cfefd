import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usesOf } from '../../../test/support/module-uses.ts';
import { packageRoot } from '../package-root.ts';

/** Opens or lists what is at a path; on a pipe most of them wait for ever. */
const OPENS =
  /^(readFile|open|createReadStream|createWriteStream|writeFile|appendFile|watch|watchFile|readdir|opendir|copyFile|cp|truncate|glob)(Sync)?$/;
const MODULES = new Set(['fs', 'node:fs', 'fs/promises', 'node:fs/promises']);

/** Files that do so themselves, and why nothing an agent can replace is among what they open. */
const ALLOWED: Readonly<Record<string, string>> = {
  'plugins/agent/claude-code/status-files.ts': 'the process table',
  'plugins/agent/command/demo/make-sample-project.ts': "ao's own sample, copied to a new folder",
  'plugins/chat/discord/posts.ts': 'pictures that ao drew into its data directory',
  'plugins/chat/slack/posts.ts': 'pictures that ao drew into its data directory',
  'plugins/shared/tmux/capture-screen.ts': 'a new file with a random name, made exclusively',
  'plugins/shared/tmux/end-processes.ts': 'the process table',
  'plugins/shared/tmux/write-text.ts': 'a new file with a random name, made exclusively',
  'plugins/scm/local/check-log.ts': 'a new file, made exclusively',
  'plugins/scm/local/run-command.ts': 'the process table',
  'plugins/shared/acp/host/main.ts': "runs in the agent's own terminal, not in the bot",
  'plugins/shared/github/credentials.ts': 'the key file that the operator names in ao.yaml',
  'plugins/tracker/local/local-tracker.ts': 'writes a new file exclusively',
  'plugins/workspace/worktree/add-worktree.ts': 'lists a folder; anything else fails at once',
  'plugins/workspace/worktree/busy.ts': 'the process table',
  'plugins/workspace/worktree/commit-notes.ts': 'lists folders, which never waits',
  'plugins/workspace/worktree/marker.ts': 'writes a new file exclusively',
  'plugins/workspace/worktree/modules.ts': 'lists a folder, which never waits',
  'plugins/workspace/worktree/orphans.ts': 'the process table',
  'plugins/workspace/worktree/place-files.ts': 'writes a new file exclusively',
  'src/app/charts.ts': 'pictures that ao drew into its data directory',
  'src/app/save-files.ts': 'a new file with a random name in the data directory',
  'src/cli/change-config.ts': 'run by the operator on their own file',
  'src/cli/chat-setup.ts': 'run by the operator on their own file',
  'src/cli/gh/run-gh.ts': "a private file of its own, run in the agent's terminal",
  'src/cli/commands/slack.ts': "a file of ao's own package",
  'src/cli/ignored-by-git.ts': 'run by the operator on their own file',
  'src/cli/init-forge.ts': 'a folder of its own with a random name',
  'src/cli/init-config.ts': 'run by the operator on their own file',
  'src/cli/package-version.ts': "a file of ao's own package",
  'src/cli/start-detached.ts': "the bot's own log, run by the operator",
  'src/config/external-plugins.ts': 'loads the plugins that the operator confirmed',
  'src/db/clean-stop.ts': 'the note beside the database of ao',
  'src/db/open.ts': 'the database and migrations of ao',
  'src/git/environment.ts': "writes into ao's own state folder",
  'src/git/folders.ts': 'lists folders, which never waits',
  'src/git/submodules/check-out.ts': 'writes into a git directory it has just made; lists a folder',
  'src/git/submodules/pushed.ts': 'writes into a new folder of its own',
  'src/git/view.ts': "writes into ao's own state folder; lists a folder, which never waits",
  'src/git/waiting-files.ts': 'lists folders, which never waits',
  'src/http/page-files.ts': "files of ao's own package",
  'src/lib/branch-refs.ts': 'lists folders, which never waits',
  'src/lib/guarded/copy.ts': 'the guarded reader',
  'src/lib/guarded/read.ts': 'the guarded reader',
  'src/lib/guarded/write.ts': 'the guarded reader',
  'src/lib/memory.ts': 'the process table',
  'src/lib/private-files.ts': 'lists folders, which never waits, and changes modes',
  'src/lib/process-table.ts': 'the process table',
  'src/lib/watch-folder.ts': 'watching opens nothing; what is in the folder is read by the caller',
  'src/main.ts': "a file of ao's own package",
  'src/web/with-images.ts': 'pictures that ao drew into its data directory',
};

const root = packageRoot();
const sources = globSync(['src/**/*.{ts,tsx}', 'plugins/**/*.{ts,tsx}'], { cwd: root }).filter(
  (file) => !/\.(test|contract\.test|agents\.test)\.tsx?$|-harness\.ts$/.test(file),
);

const PLAIN = /^import (?:type )?\{([^}]*)\} from '(?:node:)?fs(?:\/promises)?';$/gm;
const MAY_OPEN =
  /fs(\/promises)?['"`]|[bB]inding\b|_load\b|getBuiltin|\brequire\W|createRequire|import\((?!['"])/;

/** Names of what a source takes of the file system that opens something; `*` for all of it at once, `?` for any module. */
function opensOf(text: string): readonly string[] {
  // Most files name no such module, or take nothing of it that opens; parsing them all would take half a minute.
  const rest = text.replace(PLAIN, (all, names: string) =>
    names.split(',').some((name) => OPENS.test(name.trim().split(' ')[0] ?? '')) ? all : '',
  );
  if (!MAY_OPEN.test(rest)) return [];
  return usesOf(text, (name) => MODULES.has(name)).filter(
    (name) => name === '*' || name === '?' || OPENS.test(name),
  );
}

test.each([
  ["import { readFileSync } from 'node:fs';", ['readFileSync']],
  ["import { open as quiet, stat } from 'node:fs/promises';", ['open']],
  ["import * as fs from 'fs';", ['*']],
  ["import fs from 'node:fs';", ['*']],
  ["const { watch } = await import('node:fs');", ['*']],
  ["process.getBuiltinModule('node:fs').readFileSync(path);", ['*']],
  ["export { readFile } from 'node:fs/promises';", ['*']],
  ["import fs = require('node:fs');", ['*']],
  ["createRequire(import.meta.url)('node:fs').readFileSync(path);", ['*']],
  ["const m = 'node:fs'; const { watch } = await import(m);", ['?']],
  ["process.getBuiltinModule('node:' + 'fs').readFileSync(path);", ['?']],
  ["process['binding']('f' + 's').open(path);", ['?']],
  ["import { existsSync, statSync, rmSync } from 'node:fs';", []],
  ["import type { readFileSync } from 'node:fs';", []],
] as const)('%s opens %j', (text, opens) => {
  expect(opensOf(text)).toEqual(opens);
});

test('nothing is opened beside the guarded reader, but by files that say why', () => {
  const opening = sources.filter(
    (file) => opensOf(readFileSync(join(root, file), 'utf8')).length > 0,
  );
  const unexplained = opening.filter((file) => ALLOWED[file] === undefined);
  expect(unexplained, 'use src/lib/guarded, or say here why the path is no agent’s').toEqual([]);
  expect(Object.keys(ALLOWED).filter((file) => !opening.includes(file))).toEqual([]);
});
