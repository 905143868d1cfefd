import path from 'node:path';
import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { sentenceOf } from '../lib/guarded/problem.ts';
import { readGuarded } from '../lib/guarded/read.ts';
import { isRecord } from '../lib/is-record.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { PluginDefinition } from '../slots/plugin.ts';
import { accessNotes } from './access-notes.ts';
import type { ConfigError, KeyPath } from './config-error.ts';
import { crossFieldErrors } from './cross-field-rules.ts';
import { type LoadedPlugin, loadExternalPlugin, nameOf } from './external-plugins.ts';
import { CONFIG_NAME, findConfig } from './find-config.ts';
import { linkNotes } from './link-notes.ts';
import { dropUnknown } from './peers/drop-unknown.ts';
import type { PeerFile } from './peers/names.ts';
import type { ConfigNote } from './peers/note.ts';
import { adaptPeers, peerFileOf } from './peers/peer-files.ts';
import { isTrusted, type PluginTrust } from './plugin-trust.ts';
import { type Config, configSchema } from './schema/config.ts';
import { schemaErrors } from './schema-errors.ts';
import { type Environment, readSource, type SourceDocument } from './source-document.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path; null: there is no file, and everything is a default. */
  readonly file: string | null;
  readonly notes: readonly ConfigNote[];
  /** The real environment over that of `.env`. */
  readonly env: Environment;
  /** Values that came from environment variables: the logger keeps them out of the log. */
  readonly secrets: ReadonlySet<string>;
  /** Those that were given, and those of `plugins`. */
  readonly plugins: readonly PluginDefinition[];
  readonly externalPlugins: readonly LoadedPlugin[];
  /** Plugins that the file names and nobody confirmed, as it names them: none was loaded, and names of plugins were not checked. */
  readonly untrusted: readonly string[];
}

export interface LoadOptions {
  /** File given on the command line. */
  readonly path: string | null;
  /** Folder the search begins in. */
  readonly searchFrom: string;
  readonly env: Environment;
  /** The built-in ones. */
  readonly plugins: readonly PluginDefinition[];
  /** Plugins of the file are code; that of others is not run. */
  readonly trust: PluginTrust;
}

/** Finds, reads and checks the configuration, and loads the plugins it names. All that is wrong is returned at once; half a configuration never is. */
export async function loadConfig(
  options: LoadOptions,
): Promise<Result<LoadedConfig, readonly ConfigError[]>> {
  const file = findConfig({ explicit: options.path, from: options.searchFrom, env: options.env });
  const text = file === null ? ok('') : readText(file);
  if (!text.ok)
    return err([
      { file, line: null, column: null, keyPath: '', message: text.error, nearest: null },
    ]);

  const env =
    file === null
      ? options.env
      : { ...readDotEnv(path.join(path.dirname(file), '.env')), ...defined(options.env) };
  // `.new`: a changed file that is checked before it takes the old one's place.
  const peer = peerFileOf(path.basename(file ?? '').replace(/\.new$/, ''));
  const { document, errors } = readSource(file ?? CONFIG_NAME, text.value, env, {
    camelKeys: peer !== null,
  });
  if (errors.length > 0) return err(inOrder(errors));

  const shaped = parseShape(document, peer);
  if (!shaped.ok) return err(inOrder(shaped.error));
  const { notes } = shaped.value;
  const config = resolvePaths(shaped.value.config, file, env);

  const overridden = applyEnvironment(config, env);
  const trusted = file === null || isTrusted(options.trust, file, config.plugins);
  const untrusted = trusted ? [] : config.plugins.map(nameOf);
  const external = await loadPlugins(
    untrusted.length > 0 ? { ...config, plugins: [] } : config,
    file,
    document,
    options.plugins,
  );
  // Names of plugins that could not be loaded would all look like mistakes.
  if (!external.ok) return err(inOrder([...overridden.errors, ...external.error]));
  const plugins = [...options.plugins, ...external.value.map(({ definition }) => definition)];
  const wrong = [
    ...overridden.errors,
    ...crossFieldErrors(overridden.config, document, untrusted.length > 0 ? null : plugins),
  ];
  if (wrong.length > 0) return err(inOrder(wrong));
  return ok({
    config: overridden.config,
    file,
    notes: [
      ...notes,
      ...accessNotes(overridden.config, document),
      ...linkNotes(overridden.config, document),
    ],
    env,
    secrets: document.environmentValues,
    plugins,
    externalPlugins: external.value,
    untrusted,
  });
}

async function loadPlugins(
  config: Config,
  file: string | null,
  document: SourceDocument,
  builtIn: readonly PluginDefinition[],
): Promise<Result<readonly LoadedPlugin[], readonly ConfigError[]>> {
  const folder = file === null ? process.cwd() : path.dirname(file);
  const loaded: LoadedPlugin[] = [];
  const errors: ConfigError[] = [];
  for (const [index, entry] of config.plugins.entries()) {
    const read = await loadExternalPlugin(entry, folder);
    if (!read.ok) {
      errors.push(document.error(['plugins', index], read.error));
      continue;
    }
    for (const plugin of read.value) {
      const { slot, name } = plugin.definition;
      const taken = [...builtIn, ...loaded.map(({ definition }) => definition)].some(
        (other) => other.slot === slot && other.name === name,
      );
      if (taken)
        errors.push(
          document.error(['plugins', index], `there is a ${slot} plugin ${name} already.`),
        );
      else loaded.push(plugin);
    }
  }
  return errors.length > 0 ? err(errors) : ok(loaded);
}

const inOrder = (errors: readonly ConfigError[]): readonly ConfigError[] =>
  errors.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));

/** A configuration may be in a repository, where a pipe in its place must not keep anybody waiting. */
function readText(file: string): Result<string, string> {
  const read = readGuarded(file, { follow: true });
  if (read.type === 'missing') return err('there is no such file. Make one with: ao init');
  if (read.type === 'problem') return err(`it cannot be read: ${sentenceOf(read.problem)}`);
  return ok(read.bytes.toString('utf8'));
}

function readDotEnv(file: string): Environment {
  const text = readText(file);
  return text.ok ? parseEnv(text.value) : {};
}

const defined = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));

function parseShape(
  document: SourceDocument,
  peer: PeerFile | null,
): Result<{ config: Config; notes: readonly ConfigNote[] }, readonly ConfigError[]> {
  const raw = document.toObject();
  const notes = isRecord(raw) ? [...adaptPeers(raw, document, peer)] : [];
  let parsed = parse(raw);
  if (!parsed.success && peer !== null) {
    const unknown = parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? [{ path: issue.path as KeyPath, keys: issue.keys }] : [],
    );
    notes.push(...dropUnknown(raw, unknown, document));
    parsed = parse(raw);
  }
  if (!parsed.success && convertSubstituted(raw, parsed.error.issues, document))
    parsed = parse(raw);
  if (!parsed.success) return err(schemaErrors(parsed.error.issues, configSchema, document));
  return ok({ config: parsed.data, notes });
}

const parse = (raw: unknown) => configSchema.safeParse(raw, { reportInput: true });

/** Text from the environment stays text until a key wants a number or a truth value: `port: ${PORT}`. In place; true when anything changed. */
function convertSubstituted(
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
  document: SourceDocument,
): boolean {
  let changed = false;
  for (const issue of issues) {
    if (issue.code !== 'invalid_type' || typeof issue.input !== 'string') continue;
    const place = document.error(issue.path as KeyPath, '').keyPath;
    const value = document.substituted.has(place)
      ? converted(issue.input, issue.expected)
      : undefined;
    const owner = issue.path
      .slice(0, -1)
      .reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], raw);
    if (value === undefined || typeof owner !== 'object' || owner === null) continue;
    (owner as Record<PropertyKey, unknown>)[issue.path.at(-1) ?? ''] = value;
    changed = true;
  }
  return changed;
}

function converted(text: string, expected: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (
    (expected === 'number' || expected === 'int') &&
    text.trim() !== '' &&
    Number.isFinite(Number(text))
  )
    return Number(text);
  return undefined;
}

const isUrl = (text: string): boolean => /^([a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i.test(text);

/** Paths are meant from the file they stand in; `~` is the home folder. */
function resolvePaths(config: Config, file: string | null, env: Environment): Config {
  const base = file === null ? process.cwd() : path.dirname(file);
  const absolute = (text: string): string => {
    if (isUrl(text)) return text;
    return path.resolve(
      base,
      text === '~' || text.startsWith('~/') ? path.join(env.HOME ?? '', text.slice(1)) : text,
    );
  };
  const projects = Object.fromEntries(
    Object.entries(config.projects).map(([id, project]) => [
      id,
      { ...project, path: absolute(project.path) },
    ]),
  );
  const plugins = config.plugins.map((plugin) =>
    plugin.path === undefined ? plugin : { ...plugin, path: absolute(plugin.path) },
  );
  return {
    ...config,
    projects,
    plugins,
    ...(config.dataDir === undefined ? {} : { dataDir: absolute(config.dataDir) }),
  };
}

function applyEnvironment(
  config: Config,
  env: Environment,
): { config: Config; errors: readonly ConfigError[] } {
  const port = env.AO_PORT ? Number(env.AO_PORT) : config.port;
  const valid = Number.isInteger(port) && port >= 0 && port <= 65_535;
  const message = `expected a port from 0 to 65535, this is ${JSON.stringify(env.AO_PORT)}.`;
  const errors = valid
    ? []
    : [{ file: null, line: null, column: null, keyPath: 'AO_PORT', message, nearest: null }];
  return {
    config: { ...config, port, host: env.AO_HOST || config.host, dataDir: dataDirOf(config, env) },
    errors,
  };
}

/** AO_DATA_DIR, then the file, then ~/.ao. Absolute. */
export function dataDirOf(config: Pick<Config, 'dataDir'>, env: Environment): string {
  return path.resolve(env.AO_DATA_DIR || config.dataDir || path.join(env.HOME ?? '', '.ao'));
}
