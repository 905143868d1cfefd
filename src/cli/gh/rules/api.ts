import { isRecord } from '../../../lib/is-record.ts';
import { judgeGraphql } from './graphql.ts';
import { judgeRest } from './rest.ts';
import { PASS, refuse, type Verdict } from './verdict.ts';
import { readWords, type Valued, type Words } from './words.ts';

const API: Valued = {
  cache: null,
  field: 'F',
  header: 'H',
  hostname: null,
  input: null,
  jq: 'q',
  method: 'X',
  preview: 'p',
  'raw-field': 'f',
  template: 't',
};

/** Text of a file that the line names; null: there is none, or it can't be read twice (`-`). */
export type ReadFile = (path: string) => string | null;

/** `gh api ...`; `args` with `api` in it. */
export function judgeApi(args: readonly string[], read: ReadFile): Verdict {
  const words = readWords(args, API, { include: 'i' });
  const path = words.positionals[1];
  if (words.has('help') || path === undefined) return PASS;
  const given = fieldsOf(words);
  const body = bodyOf(words, read);
  if (/^\/?graphql$/i.test(path)) return judgeQuery(given, body, read);
  const method = methodOf(words, given.length > 0 || body !== undefined);
  if (method === 'GET' || method === 'HEAD') return PASS;
  const asked = new URLSearchParams(/\?([^#]*)/.exec(path)?.[1] ?? '');
  return judgeRest({
    method,
    path,
    fields:
      body === null
        ? null
        : new Map([...asked, ...Object.entries(body ?? {}).map(asText), ...given]),
  });
}

function judgeQuery(
  given: ReadonlyArray<readonly [string, string]>,
  body: Readonly<Record<string, unknown>> | null | undefined,
  read: ReadFile,
): Verdict {
  if (body === null) return refuse('unreadable');
  const variables = isRecord(body?.variables) ? flat(body.variables) : [];
  const texts = [
    ...(body === undefined ? [] : [typeof body.query === 'string' ? body.query : '']),
    ...given
      .filter(([name]) => name === 'query')
      .map(([, value]) => (value.startsWith('@') ? read(value.slice(1)) : value)),
  ];
  if (texts.includes(null)) return refuse('unreadable');
  return judgeGraphql(texts.join('\n'), [
    ...variables,
    ...given.filter(([name]) => name !== 'query'),
  ]);
}

/** Undefined: no `--input`. Null: it can't be read, or isn't an object. */
function bodyOf(
  words: Words,
  read: ReadFile,
): Readonly<Record<string, unknown>> | null | undefined {
  const file = words.values('input').at(-1);
  if (file === undefined) return undefined;
  try {
    const body: unknown = JSON.parse((file === '-' ? null : read(file)) ?? '');
    return isRecord(body) ? body : null;
  } catch {
    return null;
  }
}

const fieldsOf = (words: Words): ReadonlyArray<readonly [string, string]> =>
  [...words.values('field'), ...words.values('raw-field')].map((one) => {
    const at = one.indexOf('=');
    return at === -1 ? [one, ''] : [one.slice(0, at), one.slice(at + 1)];
  });

/** As gh chooses it; GitHub also takes the method that a header names. */
function methodOf(words: Words, hasBody: boolean): string {
  const override = words
    .values('header')
    .map((header) => /^x-http-method-override\s*:\s*(\S+)/i.exec(header)?.[1])
    .findLast((found) => found !== undefined);
  return (override ?? words.values('method').at(-1) ?? (hasBody ? 'POST' : 'GET')).toUpperCase();
}

const asText = ([name, value]: readonly [string, unknown]): readonly [string, string] => [
  name,
  typeof value === 'string' ? value : JSON.stringify(value),
];

/** Names of nested values in brackets, as `gh` writes them. */
function flat(
  record: Readonly<Record<string, unknown>>,
  prefix = '',
): ReadonlyArray<readonly [string, string]> {
  return Object.entries(record).flatMap(([name, value]) => {
    const path = prefix === '' ? name : `${prefix}[${name}]`;
    return isRecord(value) ? flat(value, path) : [asText([path, value])];
  });
}
