import type { z } from 'zod';
import { nearest } from '../lib/nearest.ts';
import type { ConfigError, KeyPath } from './config-error.ts';
import { keysAt } from './schema-keys.ts';
import type { SourceDocument } from './source-document.ts';

/** Zod's issues in words, each at its place in the file. `base`: where `schema` sits in the document. */
export function schemaErrors(
  issues: readonly z.core.$ZodIssue[],
  schema: z.core.$ZodType,
  document: SourceDocument,
  base: KeyPath = [],
): readonly ConfigError[] {
  return issues.flatMap((issue) => {
    const inside = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const path = [...base, ...inside];
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, inside);
      return issue.keys.map((key) =>
        document.error(path, 'unknown key.', { key, nearest: nearest(key, known) }),
      );
    }
    if (issue.code === 'invalid_key')
      return [document.error(path, `${issue.issues[0]?.message ?? 'not a valid name'}.`)];
    if (issue.code === 'invalid_value') {
      const given = typeof issue.input === 'string' ? issue.input : '';
      const values = issue.values.map(String);
      return [
        document.error(path, `${show(issue.input)} is not one of ${values.join(', ')}.`, {
          nearest: nearest(given, values),
        }),
      ];
    }
    if (issue.code === 'invalid_type' && issue.input === undefined) {
      const parent = path.slice(0, -1);
      return [
        document.error(
          parent,
          `needs ${String(path.at(-1))} (${WORDS[issue.expected] ?? issue.expected}).`,
        ),
      ];
    }
    if (issue.code === 'invalid_type')
      return [
        document.error(
          path,
          `expected ${WORDS[issue.expected] ?? issue.expected}, this is ${show(issue.input)}.`,
        ),
      ];
    if (issue.code === 'too_small' || issue.code === 'too_big') {
      const bound =
        issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      const own = issue.message.startsWith('Too ') ? `must be ${bound}` : issue.message;
      return [document.error(path, `${own}, this is ${show(issue.input)}.`)];
    }
    return [
      document.error(
        path,
        `${issue.message}${issue.input === undefined ? '' : `, this is ${show(issue.input)}`}.`,
      ),
    ];
  });
}

const WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
};

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys and values';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
