import { z } from 'zod';
import { configSchema } from './schema/config.ts';
import { allKeys, metaOf, type SchemaKey } from './schema-keys.ts';

/** A key of ao.yaml in words: docs/config.md and `ao config keys`. */
export interface KeyRow {
  /** `projects.<id>.merge.method` */
  readonly key: string;
  readonly type: string;
  /** As JSON; null: without it nothing is there. */
  readonly preset: string | null;
  readonly meaning: string;
  /** A running bot doesn't take a change over. */
  readonly restart: boolean;
}

/** Every key, in the order of the schema. What a reaction takes is listed once, for the common ones. */
export const keyTable = (): readonly KeyRow[] =>
  allKeys(configSchema)
    .filter((key) => key.leaf && !key.path.startsWith('projects.<name>.reactions.<name>'))
    .map(row);

interface Json {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Json[];
  readonly items?: Json;
  readonly default?: unknown;
  readonly description?: string;
}

const RESTARTS: ReadonlyMap<string, unknown> = new Map(
  allKeys(configSchema).map(({ path, schema }) => [path, metaOf(schema).restart]),
);

/** What a key says of itself, else what the nearest key above it says. */
function restarts(path: string): boolean {
  const steps = path.split('.');
  for (let n = steps.length; n > 0; n -= 1) {
    const said = RESTARTS.get(steps.slice(0, n).join('.'));
    if (typeof said === 'boolean') return said;
  }
  return false;
}

function row({ path, schema }: SchemaKey): KeyRow {
  const json = z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Json;
  return {
    key: path.replace('projects.<name>', 'projects.<id>'),
    type: typeOf(json),
    preset: json.default === undefined ? null : JSON.stringify(json.default),
    meaning: json.description ?? '',
    restart: restarts(path),
  };
}

function typeOf(json: Json): string {
  if (json.enum !== undefined) return json.enum.map(String).join(', ');
  if (json.anyOf !== undefined) return [...new Set(json.anyOf.map(typeOf))].join(' or ');
  if (json.type === 'array')
    return `list of ${json.items === undefined ? 'anything' : typeOf(json.items)}`;
  return (
    {
      string: 'text',
      integer: 'whole number',
      number: 'number',
      boolean: 'true, false',
      object: 'keys and values',
      null: 'null',
    }[String(json.type)] ?? 'anything'
  );
}
