import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, parseDocument } from 'yaml';
import { definedOf } from '../git/run-git.ts';
import { systemClock } from '../lib/clock.ts';
import { isRecord } from '../lib/is-record.ts';
import { NO_INBOX } from '../slots/inbox.ts';
import {
  buildPlugin,
  type DoctorFinding,
  type PluginContext,
  type PluginDefinition,
  type ProjectInfo,
  type SetupGuide,
} from '../slots/plugin.ts';
import type { ScmPlugin } from '../slots/scm.ts';
import type { TrackerPlugin } from '../slots/tracker.ts';
import { writeChatSetup } from './chat-setup.ts';
import type { Cli } from './cli.ts';
import { CliError, usageError } from './cli-error.ts';

export interface ForgeSetup {
  readonly name: string;
  readonly guide: SetupGuide;
  /** Of tracker and scm, as far as there are both. */
  readonly definitions: readonly PluginDefinition[];
  /** Where ao.yaml is. */
  readonly folder: string;
  readonly project: { readonly id: string; readonly path: string };
}

/** By key of the question; empty: left out. */
export type ForgeAnswers = Readonly<Record<string, string>>;

/** The project that is meant, from ao.yaml as it stands; null: none, or several and none named. */
export function projectIn(
  folder: string,
  id: string | null,
  home: string,
): ForgeSetup['project'] | null {
  const file = path.join(folder, 'ao.yaml');
  if (!existsSync(file)) throw new CliError(`there is no ${file}.  Make it first: ao init`);
  const config: unknown = parse(readFileSync(file, 'utf8'));
  const projects = isRecord(config) && isRecord(config.projects) ? config.projects : {};
  const ids = Object.keys(projects);
  const wanted = id ?? (ids.length === 1 ? (ids[0] ?? '') : '');
  const project = projects[wanted];
  if (!isRecord(project)) return null;
  const at = typeof project.path === 'string' ? project.path : '.';
  return { id: wanted, path: path.resolve(folder, at.replace(/^~(?=\/|$)/, home)) };
}

/** From the environment, else asked for; null when the person gave up. Secrets are never options: those can be seen by others. */
export async function forgeAnswers(
  cli: Cli,
  { guide }: ForgeSetup,
  how: { readonly yes: boolean; readonly before: ForgeAnswers | null },
): Promise<ForgeAnswers | null> {
  const known = Object.fromEntries(
    guide.questions.map(({ key, env, initial }) => [key, cli.env[env] ?? initial ?? '']),
  );
  if (!how.yes) return (await import('./forge-wizard.ts')).askForge(guide, known, how.before);
  const missing = guide.questions.filter(
    ({ key, initial }) => known[key] === '' && initial === undefined,
  );
  if (missing.length > 0)
    throw usageError(
      `without questions the answers come from ${missing.map(({ env }) => env).join(', ')}.`,
    );
  return known;
}

const ofProject = (key: string): boolean => key === 'repo';

/** What a plugin's part of ao.yaml has, with secrets or with the variables they are kept in. */
function partOf(
  { guide }: ForgeSetup,
  answers: ForgeAnswers,
  value: 'secrets' | 'variables',
): Readonly<Record<string, string>> {
  const given = guide.questions.filter(({ key }) => !ofProject(key) && (answers[key] ?? '') !== '');
  return Object.fromEntries(
    given.map(({ key, env, secret }) => [
      key,
      secret === true && value === 'variables' ? `\${${env}}` : (answers[key] ?? ''),
    ]),
  );
}

/** What tracker and scm themselves find with these answers. Nothing is started. */
export async function verifyForge(
  cli: Cli,
  setup: ForgeSetup,
  answers: ForgeAnswers,
): Promise<readonly DoctorFinding[]> {
  const findings: DoctorFinding[] = [];
  const scratch = mkdtempSync(path.join(tmpdir(), `ao-${setup.name}-`));
  try {
    for (const definition of setup.definitions) {
      const settings = definition.config.safeParse(partOf(setup, answers, 'secrets'));
      if (!settings.success)
        return settings.error.issues.map((issue) => ({
          level: 'error',
          what: `${issue.path.join('.')}: ${issue.message}`,
          fix: null,
        }));
      const context = scratchContext(cli, setup, { scratch, repo: answers.repo ?? '' });
      const plugin = (await buildPlugin(definition, settings.data, context)) as
        | ScmPlugin
        | TrackerPlugin;
      findings.push(...(await plugin.doctor()));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return findings.filter((one, at) => findings.findIndex(({ what }) => what === one.what) === at);
}

function scratchContext(
  cli: Cli,
  { name, project }: ForgeSetup,
  { scratch, repo }: { readonly scratch: string; readonly repo: string },
): PluginContext {
  const info: ProjectInfo = {
    id: project.id,
    repo: project.path,
    defaultBranch: 'main',
    checks: [],
    forge: { repository: repo === '' ? null : repo, webhookSecret: 'set', botAuthors: [] },
  };
  return {
    id: name,
    clock: systemClock,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    dataDir: scratch,
    kv: { get: () => undefined, set() {}, delete() {}, list: () => [] },
    inbox: NO_INBOX,
    shared: (_key, make) => make(),
    env: definedOf(cli.env),
    project: info,
  };
}

const secretName = (name: string): string => `${name.toUpperCase()}_WEBHOOK_SECRET`;
const hasScm = ({ definitions }: ForgeSetup): boolean =>
  definitions.some(({ slot }) => slot === 'scm');
const takesWebhooks = (setup: ForgeSetup): boolean =>
  hasScm(setup) && setup.guide.webhook !== undefined;

/** Secrets into .env, the rest into ao.yaml. A webhook secret is made where there is none. Returns the files. */
export function writeForge(setup: ForgeSetup, answers: ForgeAnswers): readonly string[] {
  const { name, guide, definitions, folder, project } = setup;
  const secrets = Object.fromEntries(
    guide.questions
      .filter(({ secret, key }) => secret === true && (answers[key] ?? '') !== '')
      .map(({ env, key }) => [env, answers[key] ?? '']),
  );
  const variable = secretName(name);
  const file = path.join(folder, '.env');
  const kept =
    existsSync(file) && new RegExp(`^${variable}=`, 'm').test(readFileSync(file, 'utf8'));
  const made = takesWebhooks(setup) && !kept ? { [variable]: randomBytes(24).toString('hex') } : {};
  return writeChatSetup(folder, { ...secrets, ...made }, null, (document) => {
    for (const { slot } of definitions) {
      const part = { plugin: name, ...partOf(setup, answers, 'variables') };
      for (const [key, value] of Object.entries(part))
        document.setIn(['projects', project.id, slot, key], value);
    }
    if ((answers.repo ?? '') !== '') document.setIn(['projects', project.id, 'repo'], answers.repo);
    if (takesWebhooks(setup))
      document.setIn(
        ['projects', project.id, 'scm', 'webhook'],
        document.createNode({ secret: `\${${variable}}` }),
      );
  });
}

/** What to do at the service; empty where it sends nothing. */
export function webhookWords(setup: ForgeSetup): string {
  const { webhook } = setup.guide;
  if (webhook === undefined || !takesWebhooks(setup)) return '';
  const document = parseDocument(readFileSync(path.join(setup.folder, 'ao.yaml'), 'utf8'));
  const said: unknown = document.get('publicUrl');
  const base = typeof said === 'string' ? said.replace(/\/$/, '') : 'https://WHERE-AO-IS-REACHED';
  const words = webhook
    .replace('{url}', `${base}/webhooks/${setup.name}`)
    .replace('{secret}', secretName(setup.name));
  return `Webhook, so that ao needn't poll: ${words}\n`;
}
