import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
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
  'plugins/runtime/tmux/capture-screen.ts': 'a new file with a random name, made exclusively',
  'plugins/runtime/tmux/end-processes.ts': 'the process table',
  'plugins/runtime/tmux/write-text.ts': 'a new file with a random name, made exclusively',
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
  'src/app/chat-host.ts': 'a new file with a random name in the data directory',
  'src/cli/change-config.ts': 'run by the operator on their own file',
  'src/cli/chat-setup.ts': 'run by the operator on their own file',
  'src/cli/gh/run-gh.ts': "a private file of its own, run in the agent's terminal",
  'src/cli/commands/slack.ts': "a file of ao's own package",
  'src/cli/ignored-by-git.ts': 'run by the operator on their own file',
  'src/cli/init-config.ts': 'run by the operator on their own file',
  'src/cli/package-version.ts': "a file of ao's own package",
  'src/cli/start-detached.ts': "the bot's own log, run by the operator",
  'src/db/clean-stop.ts': 'the note beside the database of ao',
  'src/db/open.ts': 'the database and migrations of ao',
  'src/git/environment.ts': "writes into ao's own state folder",
  'src/git/folders.ts': 'lists folders, which never waits',
  'src/git/submodules/check-out.ts': 'writes into a git directory it has just made; lists a folder',
  'src/git/submodules/pushed.ts': 'writes into a new folder of its own',
  'src/git/view.ts': "writes into ao's own state folder; lists a folder, which never waits",
  'src/git/waiting-files.ts': 'lists folders, which never waits',
  'src/http/page-files.ts': "files of ao's own package",
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

/** Names of what a source takes of the file system that opens something; `*` for all of it at once. */
function opensOf(text: string): readonly string[] {
  // Most files name no such module; parsing them all would take half a minute.
  if (!/fs(\/promises)?['"`]/.test(text)) return [];
  const found: string[] = [];
  const isFs = (node: ts.Node | undefined): boolean =>
    node !== undefined && ts.isStringLiteralLike(node) && MODULES.has(node.text);
  const look = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && isFs(node.moduleSpecifier)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      if (clause?.name !== undefined || (named !== undefined && ts.isNamespaceImport(named)))
        found.push('*');
      else if (named !== undefined && ts.isNamedImports(named))
        for (const { name, propertyName } of named.elements)
          if (OPENS.test((propertyName ?? name).text)) found.push((propertyName ?? name).text);
    }
    // import('node:fs'), require('node:fs'), process.getBuiltinModule('node:fs'), createRequire(...)('node:fs')
    if (ts.isCallExpression(node) && isFs(node.arguments[0])) found.push('*');
    if (ts.isExportDeclaration(node) && isFs(node.moduleSpecifier)) found.push('*');
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile('x.tsx', text, ts.ScriptTarget.Latest));
  return found;
}

test.each([
  ["import { readFileSync } from 'node:fs';", ['readFileSync']],
  ["import { open as quiet, stat } from 'node:fs/promises';", ['open']],
  ["import * as fs from 'fs';", ['*']],
  ["import fs from 'node:fs';", ['*']],
  ["const { watch } = await import('node:fs');", ['*']],
  ["process.getBuiltinModule('node:fs').readFileSync(path);", ['*']],
  ["export { readFile } from 'node:fs/promises';", ['*']],
  ["import { existsSync, statSync, rmSync } from 'node:fs';", []],
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
