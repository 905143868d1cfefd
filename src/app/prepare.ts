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
import { derivedPrefix } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import type { PluginDefinition } from '../slots/plugin.ts';
import { CannotStart } from './cannot-start.ts';
import { clone } from './clone.ts';
import { isAddress, projectId } from './repository-name.ts';

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
  const targets = options.targets.map((target) => placeOf(target, options.cwd));
  const [first] = targets;
  const searchFrom = first !== undefined && !isAddress(first) ? first : options.cwd;
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
    (options.config !== null ||
      targets.every((target) => namesTarget(loaded.value.config, target)));
  if (usesFile)
    return {
      ...base,
      config: await cloned(loaded.value.config, base.dataDir, childEnv, say),
      demo: false,
      configFile: file,
    };
  const projects =
    targets.length === 0
      ? await sample(base.dataDir, childEnv, say)
      : await repositories(targets, base.dataDir, childEnv, say);
  const fresh = defaultConfig({ projects, dataDir: base.dataDir });
  const { host, port } = loaded.value.config;
  return {
    ...base,
    config: { ...fresh, host, port },
    demo: targets.length === 0,
    configFile: null,
  };
}

/** A folder as an absolute path, an address as it is. */
function placeOf(target: string, cwd: string): string {
  if (isAddress(target)) return target;
  const folder = resolve(cwd, target);
  if (!existsSync(folder))
    throw new CannotStart(
      `There is no folder ${folder}. Give the path of a git repository, or its address.`,
    );
  return folder;
}

function withOverrides(options: StartOptions): Readonly<Record<string, string | undefined>> {
  return {
    ...options.env,
    ...(options.dataDir === null ? {} : { AO_DATA_DIR: resolve(options.cwd, options.dataDir) }),
    ...(options.host === null ? {} : { AO_HOST: options.host }),
    ...(options.port === null ? {} : { AO_PORT: String(options.port) }),
  };
}

const namesTarget = (config: Config, target: string): boolean =>
  Object.values(config.projects).some((project) => project.path === target) ||
  (!isAddress(target) && existsSync(join(target, 'ao.yaml')));

type Projects = Parameters<typeof defaultConfig>[0]['projects'];

/** Something real to run where nothing is configured. */
async function sample(
  dataDir: string,
  childEnv: Readonly<Record<string, string>>,
  say: Say,
): Promise<Projects> {
  const path = join(dataDir, 'sample');
  if (!existsSync(path)) say('Making a sample repository.');
  await makeSampleProject(path, childEnv);
  return {
    sample: {
      name: 'Sample project',
      path,
      sessionPrefix: 'sample',
      agent: 'command',
      checks: SAMPLE_CHECKS.map((check) => ({ ...check, timeout: '2m' })),
    },
  };
}

/** A project for each repository. Where two have the same name, the later ones get a number. */
async function repositories(
  targets: readonly string[],
  dataDir: string,
  childEnv: Readonly<Record<string, string>>,
  say: Say,
): Promise<Projects> {
  const projects: Record<string, Projects[string]> = {};
  const prefixes = new Set<string>();
  for (const target of new Set(targets)) {
    const path = isAddress(target) ? await clone(target, dataDir, childEnv, say) : target;
    const id = firstFree(projectId(basename(target.replace(/\/+$/, ''))), '-', (name) =>
      Object.hasOwn(projects, name),
    );
    const sessionPrefix = firstFree(derivedPrefix(id).slice(0, 14), '', (name) =>
      prefixes.has(name),
    );
    prefixes.add(sessionPrefix);
    projects[id] = {
      path,
      merge: { requireChecks: false },
      ...(sessionPrefix === derivedPrefix(id) ? {} : { sessionPrefix }),
    };
  }
  return projects;
}

/** `name`, or with the first number from 2 on that makes it free. */
function firstFree(name: string, between: string, taken: (name: string) => boolean): string {
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name}${between}${n}`;
    if (!taken(candidate)) return candidate;
  }
}

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
