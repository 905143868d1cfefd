/** What joining a chat platform to an ao.yaml shares, whichever it is. */

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { systemClock } from '../lib/clock.ts';
import type { ChatPlugin } from '../slots/chat.ts';
import { NO_INBOX } from '../slots/inbox.ts';
import {
  buildPlugin,
  type DoctorFinding,
  type PluginContext,
  type PluginDefinition,
} from '../slots/plugin.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { isInGit } from './ignored-by-git.ts';

/** Builds the plugin on a scratch folder, starts nothing. */
export async function withChatPlugin<T>(
  plugins: readonly PluginDefinition[],
  name: string,
  part: Readonly<Record<string, unknown>>,
  use: (plugin: ChatPlugin) => Promise<T>,
): Promise<T> {
  const definition = plugins.find((plugin) => plugin.slot === 'chat' && plugin.name === name);
  if (definition === undefined) throw new CliError(`this ao has no plugin for ${name}.`);
  const settings = definition.config.safeParse(part);
  if (!settings.success)
    throw new CliError(
      settings.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  const scratch = mkdtempSync(path.join(tmpdir(), `ao-${name}-`));
  try {
    return await use(
      (await buildPlugin(definition, settings.data, scratchContext(name, scratch))) as ChatPlugin,
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const scratchContext = (id: string, dataDir: string): PluginContext => ({
  id,
  clock: systemClock,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
  dataDir,
  kv: { get: () => undefined, set() {}, delete() {}, list: () => [] },
  inbox: NO_INBOX,
  shared: (_key, make) => make(),
  env: {},
  project: null,
});

/** Who that is, as the access policy names people; null without an id. A finding of its own when there is nobody. */
export async function findPerson(
  plugin: ChatPlugin,
  id: string | null,
): Promise<{ subject: string | null; findings: readonly DoctorFinding[] }> {
  if (id === null || plugin.findPerson === undefined) return { subject: null, findings: [] };
  const found = await plugin.findPerson(id);
  if (found === null)
    return {
      subject: null,
      findings: [
        {
          level: 'error',
          what: `There is nobody with the id ${id}.`,
          fix: 'Copy the id from the own profile.',
        },
      ],
    };
  return {
    subject: found.subject,
    findings: [
      { level: 'ok', what: `${found.name} (${found.subject}) is an admin of ao.`, fix: null },
    ],
  };
}

/** Throws CliError where a chat platform can't be joined to anything, or its tokens would be published. */
export async function readyForChat(cli: Pick<Cli, 'env'>, folder: string): Promise<void> {
  const config = path.join(folder, 'ao.yaml');
  if (!existsSync(config)) throw new CliError(`there is no ${config}.  Make it first: ao init`);
  if (await isInGit(cli, folder, '.env'))
    throw new CliError(
      `git has ${path.join(folder, '.env')} already, and the tokens in it would be published with it.  Take it out first: git rm --cached .env`,
    );
}

/** Tokens into .env (mode 0600), the rest into ao.yaml beside it, whose comments stay. `admin`: a subject. Returns the files. */
export function writeChatSetup(
  folder: string,
  secrets: Readonly<Record<string, string>>,
  admin: string | null,
  change: (document: Document) => void,
): readonly string[] {
  const config = path.join(folder, 'ao.yaml');
  const dotEnv = path.join(folder, '.env');
  const isOld = (line: string): boolean =>
    Object.keys(secrets).some((name) => new RegExp(`^(export )?${name}=`).test(line));
  const lines = existsSync(dotEnv)
    ? readFileSync(dotEnv, 'utf8')
        .split('\n')
        .filter((line) => !isOld(line))
    : [];
  while (lines.at(-1) === '') lines.pop();
  const added = Object.entries(secrets).map(([name, value]) => `${name}=${value}`);
  writeFileSync(dotEnv, [...lines, ...added, ''].join('\n'), { mode: 0o600 });
  chmodSync(dotEnv, 0o600);
  const document = parseDocument(readFileSync(config, 'utf8'));
  change(document);
  if (admin !== null && !document.hasIn(['access', 'users', admin]))
    document.setIn(['access', 'users', admin], ['admin']);
  writeFileSync(config, document.toString());
  return [dotEnv, config];
}
