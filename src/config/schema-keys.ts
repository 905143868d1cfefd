import { z } from 'zod';
import type { KeyPath } from './config-error.ts';

/** The part of a zod schema this walks over. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly valueType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
}

const definition = (schema: z.core.$ZodType): Definition =>
  schema._zod.def as unknown as Definition;

/** The schema below optional, default and transform. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType, in: input } = definition(schema);
  const inner = innerType ?? input;
  return inner === undefined ? schema : unwrap(inner);
}

/** What is inside a schema below optional, default and transform: its keys, or what its values are. */
export const inside = (schema: z.core.$ZodType): Pick<Definition, 'shape' | 'valueType'> =>
  definition(unwrap(schema));

/** What the schema says of itself, whatever it is wrapped in. */
export function metaOf(schema: z.core.$ZodType): Readonly<Record<string, unknown>> {
  const { innerType, in: input } = definition(schema);
  const inner = innerType ?? input;
  return { ...(inner === undefined ? {} : metaOf(inner)), ...z.globalRegistry.get(schema) };
}

/** Names that are valid at `path`; empty where any name is. */
export function keysAt(schema: z.core.$ZodType, path: KeyPath): readonly string[] {
  let current = unwrap(schema);
  for (const step of path) {
    const { shape, valueType, element } = definition(current);
    const next = shape?.[String(step)] ?? valueType ?? element;
    if (next === undefined) return [];
    current = unwrap(next);
  }
  return Object.keys(definition(current).shape ?? {});
}

export interface SchemaKey {
  /** `projects.<id>.merge.method`, `checks[].run` */
  readonly path: string;
  readonly schema: z.core.$ZodType;
  readonly leaf: boolean;
}

/** Every key the schema knows, in order. */
export function allKeys(schema: z.core.$ZodType, prefix = ''): readonly SchemaKey[] {
  const { shape, valueType, element } = definition(unwrap(schema));
  if (shape !== undefined) {
    return Object.entries(shape).flatMap(([key, child]) =>
      withChildren(child, prefix === '' ? key : `${prefix}.${key}`),
    );
  }
  if (valueType !== undefined && hasKeys(valueType)) return allKeys(valueType, `${prefix}.<name>`);
  if (element !== undefined && hasKeys(element)) return allKeys(element, `${prefix}[]`);
  return [];
}

const hasKeys = (schema: z.core.$ZodType): boolean =>
  definition(unwrap(schema)).shape !== undefined;

function withChildren(schema: z.core.$ZodType, path: string): readonly SchemaKey[] {
  const below = allKeys(schema, path);
  return [{ path, schema, leaf: below.length === 0 }, ...below];
}
