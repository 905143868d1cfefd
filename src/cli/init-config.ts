import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { createRunGit, definedOf } from '../git/run-git.ts';
import { packageRoot } from '../lib/package-root.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import type { InitAnswers } from './init-answers.ts';
import { loadForCli } from './load-for-cli.ts';
import { suggestChecks } from './suggest-checks.ts';

/** What the repository itself suggests; options win. */
export async function suggestAnswers(
  cli: Cli,
  options: { path?: string; project?: string; agent?: string },
): Promise<InitAnswers> {
  const folder = await repositoryAt(path.resolve(cli.cwd, options.path ?? '.'), cli.env);
  return {
    path: folder,
    project: options.project ?? projectId(path.basename(folder)),
    agent: options.agent ?? null,
    checks: suggestChecks(folder),
  };
}

async function repositoryAt(folder: string, env: Cli['env']): Promise<string> {
  if (!existsSync(folder)) throw new CliError(`there is no folder ${folder}.`);
  const found = await createRunGit({ env: definedOf(env) })(folder, [
    'rev-parse',
    '--show-toplevel',
  ]).catch((error: unknown) => {
    throw new CliError((error as Error).message);
  });
  if (found.ok) return found.stdout.trim();
  throw new CliError(
    `${folder} is not a git repository.  Make it one (git init), or name another: ao init --path FOLDER`,
  );
}

/** `My App!` becomes `my-app`. */
export function projectId(name: string): string {
  const id = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z]+|[^a-z0-9]+$/g, '');
  return id === '' ? 'app' : id;
}

/** Writes ao.yaml into the repository and proves that it loads. Returns its path. */
export async function writeConfig(
  cli: Cli,
  answers: InitAnswers,
  options: { force: boolean },
): Promise<string> {
  const file = path.join(answers.path, 'ao.yaml');
  if (existsSync(file) && !options.force)
    throw new CliError(`${file} exists.  Change it by hand, or overwrite it: ao init --force`);
  writeFileSync(file, configText(answers));
  await loadForCli({ ...cli, env: { ...cli.env, AO_CONFIG: undefined } }, { config: file });
  return file;
}

function configText({ project, agent, checks }: InitAnswers): string {
  const schema = path.join(packageRoot(), 'ao.schema.json');
  const config = {
    $schema: schema,
    ...(agent === null ? {} : { defaults: { agent } }),
    projects: { [project]: { path: '.', ...(checks.length === 0 ? {} : { checks }) } },
  };
  return `# yaml-language-server: $schema=${schema}\n# Every key with its meaning: ao config schema\n${stringify(config)}`;
}
