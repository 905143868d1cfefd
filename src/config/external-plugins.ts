import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { packageRoot } from '../lib/package-root.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { authFailed, notFound, PluginError, rejected, transient } from '../slots/errors.ts';
import {
  CONTRACTS,
  type ExternalDefinition,
  type PluginKit,
  REQUIRED,
} from '../slots/external-plugin.ts';
import type { PluginDefinition, SlotName } from '../slots/plugin.ts';
import { pluginName } from './schema/primitives.ts';

/** One entry of `plugins`; paths are absolute. */
export type ExternalEntry = {
  readonly package?: string | undefined;
  readonly path?: string | undefined;
};

/** A plugin of ao.yaml, and where it comes from. */
export interface LoadedPlugin {
  readonly definition: PluginDefinition;
  /** As ao.yaml names it. */
  readonly from: string;
}

const KIT: PluginKit = { z, transient, rejected, notFound, authFailed };

export const nameOf = (entry: ExternalEntry): string => entry.package ?? entry.path ?? '';

/** Reads the plugins of one entry. It runs code of the entry's, with all rights of ao. The error is a sentence about the entry. */
export async function loadExternalPlugin(
  entry: ExternalEntry,
  folder: string,
): Promise<Result<readonly LoadedPlugin[], string>> {
  const found = entryFile(entry, folder);
  if (!found.ok) return found;
  try {
    const module = (await import(pathToFileURL(found.value).href)) as {
      readonly default?: unknown;
    };
    if (typeof module.default !== 'function')
      return err(`${found.value} has no function as its default export. See docs/plugins.md.`);
    const made: unknown = await module.default(KIT);
    return await checked(Array.isArray(made) ? made : [made], nameOf(entry));
  } catch (error) {
    return err(`${found.value} can't be loaded: ${messageOf(error)}`);
  }
}

/** The file that is loaded for an entry; nothing of it is run. The error is a sentence about the entry. */
export const entryFile = (entry: ExternalEntry, folder: string): Result<string, string> =>
  entry.path === undefined ? findPackage(entry.package ?? '', folder) : findPath(entry.path);

/** Beside ao.yaml, else beside ao itself. */
function findPackage(name: string, folder: string): Result<string, string> {
  for (const base of [folder, packageRoot()]) {
    try {
      return ok(createRequire(path.join(base, 'ao.yaml')).resolve(name));
    } catch (error) {
      if ((error as { code?: string }).code !== 'MODULE_NOT_FOUND')
        return err(`the package ${name} can't be loaded: ${messageOf(error)}`);
    }
  }
  return err(`there is no package ${name}. Install it beside ao.yaml:  npm install ${name}`);
}

function findPath(place: string): Result<string, string> {
  if (!existsSync(place)) return err(`there is no ${place}.`);
  if (!statSync(place).isDirectory()) return ok(place);
  try {
    return ok(createRequire(path.join(place, 'index.js')).resolve(place));
  } catch (error) {
    return err(
      `the folder ${place} has no package.json with main, and no index.js: ${messageOf(error)}`,
    );
  }
}

const shape = z.looseObject({
  slot: z.enum(Object.keys(CONTRACTS) as [SlotName, ...SlotName[]]),
  name: pluginName,
  description: z.string().min(1),
  contract: z.int(),
  config: z.custom<ExternalDefinition['config']>(
    (value) => typeof (value as { safeParse?: unknown } | null)?.safeParse === 'function',
    'expected a zod schema',
  ),
  create: z.custom<ExternalDefinition['create']>(
    (value) => typeof value === 'function',
    'expected a function',
  ),
});

async function checked(
  made: readonly unknown[],
  from: string,
): Promise<Result<readonly LoadedPlugin[], string>> {
  const loaded: LoadedPlugin[] = [];
  for (const one of made) {
    const parsed = shape.safeParse(one);
    if (!parsed.success)
      return err(
        `${from} isn't an ao plugin: ${parsed.error.issues.map(inWords).join('; ')}. See docs/plugins.md.`,
      );
    const { slot, name, contract } = parsed.data;
    if (contract !== CONTRACTS[slot])
      return err(
        `${slot} ${name} is made for version ${contract} of the ${slot} contract, this ao has version ${CONTRACTS[slot]}. Install a version of it that fits.`,
      );
    const definition = one as ExternalDefinition;
    await definition.load?.();
    loaded.push({ from, definition: guarded(definition) });
  }
  return ok(loaded);
}

/** What it makes is looked at before anything relies on it. */
const guarded = (definition: ExternalDefinition): PluginDefinition => ({
  ...definition,
  create(settings, context) {
    const { slot, name } = definition;
    const broken = (why: string, cause?: unknown): PluginError =>
      rejected('AO_PLUGIN_BROKEN', `The ${slot} plugin ${name} of ao.yaml can't be used: ${why}`, {
        cause,
      });
    try {
      const made = definition.create(settings, context);
      const missing = (REQUIRED[slot] as readonly string[]).filter(
        (key) => (made as unknown as Readonly<Record<string, unknown>>)[key] === undefined,
      );
      if (missing.length > 0) throw broken(`it has no ${missing.join(', ')}.`);
      return made;
    } catch (error) {
      throw error instanceof PluginError ? error : broken(messageOf(error), error);
    }
  },
});

const inWords = (issue: z.core.$ZodIssue): string =>
  `${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`;

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
