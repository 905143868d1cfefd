import { isRecord } from '../../lib/is-record.ts';
import type { KeyPath } from '../config-error.ts';
import type { SourceDocument } from '../source-document.ts';

/** Something in the file that isn't an error but that its author should know. */
export interface ConfigNote {
  readonly line: number | null;
  readonly keyPath: string;
  readonly message: string;
  /** What its author may do about it. */
  readonly todo: string;
}

/** A parsed YAML map, not checked yet. */
export type Raw = Record<string, unknown>;

export const note = (
  document: SourceDocument,
  path: KeyPath,
  message: string,
  todo = 'Take the key out, or leave it for later.',
): ConfigNote => {
  const { line, keyPath } = document.error(path, message);
  return { line, keyPath, message, todo };
};

/** The map under a key; one is put there when there is none. Null: something else is there, which the schema will refuse. */
export function section(owner: Raw, key: string): Raw | null {
  owner[key] ??= {};
  const value = owner[key];
  return isRecord(value) ? value : null;
}

/** The map under a key, if there is one. */
export const existing = (owner: unknown, key: string): Raw | null => {
  const value = isRecord(owner) ? owner[key] : null;
  return isRecord(value) ? value : null;
};

/** Projects that are maps, with their ids. */
export const projectsOf = (raw: Raw): ReadonlyArray<readonly [string, Raw]> =>
  Object.entries(existing(raw, 'projects') ?? {}).filter((entry): entry is [string, Raw] =>
    isRecord(entry[1]),
  );
