import type { z } from 'zod';
import { type Config, configSchema } from './schema/config.ts';
import { inside, metaOf } from './schema-keys.ts';

/** Keys that differ and are built in at the start, as their schema says (`restart`). */
export const needsRestart = (before: Config, after: Config): readonly string[] =>
  changed(configSchema, '', before, after, false);

type Values = Readonly<Record<string, unknown>>;

function changed(
  schema: z.core.$ZodType,
  path: string,
  before: unknown,
  after: unknown,
  above: boolean,
): readonly string[] {
  const restart = restartOf(schema) ?? above;
  const { shape, valueType } = inside(schema);
  if (isRecord(before) && isRecord(after)) {
    const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
    if (shape !== undefined && saysMore(schema))
      return Object.entries(shape).flatMap(([key, child]) =>
        changed(child, below(key), before[key], after[key], restart),
      );
    if (valueType !== undefined && saysMore(schema))
      return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
        changed(valueType, below(key), before[key], after[key], restart),
      );
  }
  return restart && JSON.stringify(before) !== JSON.stringify(after) ? [path] : [];
}

/** Something below it says for itself whether it needs a restart. */
function saysMore(schema: z.core.$ZodType): boolean {
  const { shape, valueType } = inside(schema);
  return [...Object.values(shape ?? {}), ...(valueType === undefined ? [] : [valueType])].some(
    (child) => restartOf(child) !== undefined || saysMore(child),
  );
}

const restartOf = (schema: z.core.$ZodType): boolean | undefined => {
  const { restart } = metaOf(schema);
  return typeof restart === 'boolean' ? restart : undefined;
};

const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
