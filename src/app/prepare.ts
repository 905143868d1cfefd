import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  makeSampleProject,
  SAMPLE_CHECKS,
} from '../../plugins/agent/command/demo/make-sample-project.ts';
import type { StartOptions } from '../cli/bot-module.ts';
import { formatConfigError } from '../config/config-error.ts';
import { defaultConfig } from '../config/default-config.ts';
import { dataDirOf, loadConfig } from '../config/load-config.ts';
import { confirmedIn, type PluginTrust, untrustedWords } from '../config/plugin-trust.ts';
import type { Config } from '../config/schema/config.ts';
import { createRunGit } from '../git/run-git.ts';
import type { PluginDefinition } from '../slots/plugin.ts';

/** The bot can't start; the message says why and what to do. */
export class CannotStart extends Error {
  /** The configuration has errors: a line each, and an exit code of its own. */
  readonly ofConfig: boolean;

  constructor(message: string, options: { ofConfig: boolean } = { ofConfig: false }) {
    super(message);
    this.ofConfig = options.ofConfig;
  }
}

export interface Prepared {
  readonly config: Config;
  readonly dataDir: string;
  readonly demo: boolean;
  /** Values that must not be seen anywhere. */
  readonly secrets: ReadonlySet<string>;
  readonly notes: readonly string[];
  readonly configFile: string | null;
  /** The built-in ones and those of the configuration. */
  readonly plugins: readonly PluginDefinition[];
}

type Say = (line: string) => void;

/** From what `ao start` was given to a whole configuration: a file, a repository, an address, or the sample project. */
export async function prepare(
  options: StartOptions,
  plugins: readonly PluginDefinition[],
  childEnv: Readonly<Record<string, string>>,
  say: Say,
): Promise<Prepared> {
  const env = withOverrides(options);
  const target =
    options.target === null
      ? null
      : isAddress(options.target)
        ? options.target
        : resolve(options.cwd, options.target);
  const searchFrom = target !== null && !isAddress(target) ? target : options.cwd;
  if (target !== null && !isAddress(target) && !existsSync(target))
    throw new CannotStart(
      `There is no folder ${target}. Give the path of a git repository, or its address.`,
    );
  const trust: PluginTrust = options.trustPlugins
    ? { type: 'all' }
    : confirmedIn(options.env, options.dataDir ?? undefined, options.cwd);
  const loaded = await loadConfig({ path: options.config, searchFrom, env, plugins, trust });
  if (!loaded.ok)
    throw new CannotStart(loaded.error.map(formatConfigError).join('\n'), { ofConfig: true });
  const { file, secrets, notes, untrusted } = loaded.value;
  if (file !== null && untrusted.length > 0)
    throw new CannotStart(
      `${untrustedWords(file, untrusted)} In a container: ao start --trust-plugins`,
      { ofConfig: true },
    );
  const base = {
    secrets,
    plugins: loaded.value.plugins,
    notes: notes.map((note) => note.message),
    dataDir: dataDirOf(loaded.value.config, loaded.value.env),
  };
  const usesFile =
    file !== null &&
    Object.keys(loaded.value.config.projects).length > 0 &&
    (target === null || options.config !== null || namesTarget(loaded.value.config, target));
  if (usesFile)
    return {
      ...base,
      config: await cloned(loaded.value.config, base.dataDir, childEnv, say),
      demo: false,
      configFile: file,
    };
  const single =
    target === null
      ? await sample(base.dataDir, childEnv, say)
      : await repository(target, base.dataDir, childEnv, say);
  const fresh = defaultConfig({ project: single.project, dataDir: base.dataDir });
  const { host, port } = loaded.value.config;
  return { ...base, config: { ...fresh, host, port }, demo: single.demo, configFile: null };
}

function withOverrides(options: StartOptions): Readonly<Record<string, string | undefined>> {
  return {
    ...options.env,
    ...(options.dataDir === null ? {} : { AO_DATA_DIR: resolve(options.cwd, options.dataDir) }),
    ...(options.host === null ? {} : { AO_HOST: options.host }),
    ...(options.port === null ? {} : { AO_PORT: String(options.port) }),
  };
}

const isAddress = (text: string): boolean =>
  /^([a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i.test(text);

const namesTarget = (config: Config, target: string): boolean =>
  Object.values(config.projects).some((project) => project.path === target) ||
  (!isAddress(target) && existsSync(join(target, 'ao.yaml')));

type Single = {
  readonly demo: boolean;
  readonly project: Parameters<typeof defaultConfig>[0]['project'];
};

/** Something real to run where nothing is configured. */
async function sample(
  dataDir: string,
  childEnv: Readonly<Record<string, string>>,
  say: Say,
): Promise<Single> {
  const path = join(dataDir, 'sample');
  if (!existsSync(path)) say('Making a sample repository.');
  await makeSampleProject(path, childEnv);
  return {
    demo: true,
    project: {
      id: 'sample',
      name: 'Sample project',
      path,
      sessionPrefix: 'sample',
      agent: 'command',
      checks: SAMPLE_CHECKS.map((check) => ({ ...check, timeout: '2m' })),
    },
  };
}

async function repository(
  target: string,
  dataDir: string,
  childEnv: Readonly<Record<string, string>>,
  say: Say,
): Promise<Single> {
  const path = isAddress(target) ? await clone(target, dataDir, childEnv, say) : target;
  return {
    demo: false,
    project: { id: projectId(basename(path)), path, merge: { requireChecks: false } },
  };
}

const projectId = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.git$/, '')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z]+/, '') || 'project';

/** Projects given by address are cloned once below the data directory. */
async function cloned(
  config: Config,
  dataDir: string,
  childEnv: Readonly<Record<string, string>>,
  say: Say,
): Promise<Config> {
  const projects = await Promise.all(
    Object.entries(config.projects).map(
      async ([id, project]) =>
        [
          id,
          {
            ...project,
            path: isAddress(project.path)
              ? await clone(project.path, dataDir, childEnv, say)
              : project.path,
          },
        ] as const,
    ),
  );
  return { ...config, projects: Object.fromEntries(projects) };
}

async function clone(
  address: string,
  dataDir: string,
  childEnv: Readonly<Record<string, string>>,
  say: Say,
): Promise<string> {
  const path = join(dataDir, 'repos', projectId(basename(address.replace(/\/+$/, ''))));
  if (existsSync(path)) return path;
  say(`Cloning ${address}.`);
  const result = await createRunGit({ env: childEnv })('/', [
    'clone',
    '--quiet',
    '--',
    address,
    path,
  ]);
  if (!result.ok) throw new CannotStart(`${address} could not be cloned: ${result.stderr.trim()}`);
  return path;
}
