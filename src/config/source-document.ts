import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  type Scalar,
  visit,
} from 'yaml';
import { readYaml, yamlValue } from '../lib/yaml.ts';
import { type ConfigError, formatKeyPath, type KeyPath } from './config-error.ts';

/** A parsed file that knows where each of its keys stands. */
export interface SourceDocument {
  readonly file: string;
  /** Places text from the environment went to: key path -> true. Such text may still become a number. */
  readonly substituted: ReadonlySet<string>;
  /** Values of environment variables that were used. */
  readonly environmentValues: ReadonlySet<string>;
  toObject(): unknown;
  /** Value of an environment variable that the file uses without naming it; it counts among `environmentValues`. Undefined: not set. */
  fromEnvironment(name: string): string | undefined;
  /** Error at a key path; `key`: at the key itself instead of its value. */
  error(
    path: KeyPath,
    message: string,
    options?: { key?: string; nearest?: string | null },
  ): ConfigError;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Parses YAML, with `camelKeys` takes `snake_case` keys for `camelCase` ones, and puts `${NAME}` and `${NAME:-default}` in; `$${` stands for a plain `${`. Errors: broken YAML, duplicate keys, missing variables. */
export function readSource(
  file: string,
  text: string,
  env: Environment,
  options: { camelKeys: boolean } = { camelKeys: false },
): { document: SourceDocument; errors: readonly ConfigError[] } {
  const { document: yaml, lines, problems } = readYaml(text);
  const at = (offset: number | undefined): { line: number | null; column: number | null } => {
    if (offset === undefined) return { line: null, column: null };
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };

  const errors: ConfigError[] = problems.map(({ message, offset }) => ({
    file,
    ...at(offset),
    keyPath: '',
    message: `this is not valid YAML: ${message}`,
    nearest: null,
  }));
  const substituted = new Set<string>();
  const environmentValues = new Set<string>();

  if (errors.length === 0 && options.camelKeys) camelKeys(yaml.contents, false);
  if (errors.length === 0)
    substitute(yaml, env, {
      put: (path) => substituted.add(formatKeyPath(path)),
      used: (value) => environmentValues.add(value),
      missing: (path, name, offset) =>
        errors.push({
          file,
          ...at(offset),
          keyPath: formatKeyPath(path),
          message: `the environment variable ${name} is not set. Set it, put it into .env, or give a default: \${${name}:-…}`,
          nearest: null,
        }),
    });

  const document: SourceDocument = {
    file,
    substituted,
    environmentValues,
    toObject: () => yamlValue(yaml) ?? {},
    fromEnvironment(name) {
      const value = env[name] || undefined;
      if (value !== undefined) environmentValues.add(value);
      return value;
    },
    error: (path, message, options = {}) => ({
      file,
      ...at(offsetOf(yaml.contents, path, options.key)),
      keyPath: formatKeyPath(options.key === undefined ? path : [...path, options.key]),
      message,
      nearest: options.nearest ?? null,
    }),
  };
  return { document, errors };
}

interface Substitution {
  /** Text from the environment went to this place. */
  put(path: KeyPath): void;
  used(value: string): void;
  missing(path: KeyPath, name: string, offset: number | undefined): void;
}

/** Puts the values of variables into the scalars that name them, in place. */
function substitute(yaml: Document, env: Environment, seen: Substitution): void {
  visit(yaml, {
    Scalar(slot, node, ancestors) {
      if (slot === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const path = pathOf(ancestors as readonly Node[], node);
      node.value = node.value.replace(
        REFERENCE,
        (_, escaped: string | undefined, name: string, fallback: string | undefined) => {
          if (escaped !== undefined) return '${';
          const value = env[name] || fallback;
          if (value === undefined) seen.missing(path, name, node.range?.[0]);
          else if (env[name]) seen.used(value);
          return value ?? '';
        },
      );
      seen.put(path);
    },
  });
}

/** Maps whose keys are names that the author chose. */
const CHOSEN: ReadonlySet<string> = new Set([
  'projects',
  'reactions',
  'notifiers',
  'agents',
  'runtimes',
  'workspaces',
  'chat',
  'env',
  'headers',
]);

/** Renames `snake_case` and `kebab-case` keys below a node, in place, but those of a map of chosen names, and none whose other form is there. */
function camelKeys(node: unknown, chosen: boolean): void {
  if (isSeq(node)) for (const item of node.items) camelKeys(item, false);
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || typeof key.value !== 'string') continue;
    const camel = key.value.replace(/[_-]+([a-z0-9])/g, (_, letter: string) =>
      letter.toUpperCase(),
    );
    if (!chosen && !node.has(camel)) key.value = camel;
    camelKeys(value, CHOSEN.has(String(key.value)));
  }
}

/** Key path of a scalar from the nodes above it. */
function pathOf(ancestors: readonly unknown[], node: Node): KeyPath {
  const path: Array<string | number> = [];
  ancestors.forEach((ancestor, depth) => {
    const child = ancestors[depth + 1] ?? node;
    const items = (ancestor as { items?: unknown[] }).items;
    if (items === undefined) {
      const key = (ancestor as { key?: Scalar }).key;
      if (key !== undefined) path.push(String(key.value ?? key));
    } else if (!isMap(ancestor)) path.push(items.indexOf(child));
  });
  return path;
}

/** Offset of the deepest node on the path that exists in the file: what is missing is pointed at through its parent. */
function offsetOf(
  root: ParsedNode | null,
  path: KeyPath,
  key: string | undefined,
): number | undefined {
  let node: Node | null = root;
  let offset = root?.range?.[0];
  for (const step of key === undefined ? path : [...path, key]) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (pair === undefined) return offset;
      offset = (pair.key as Scalar).range?.[0] ?? offset;
      node = isNode(pair.value) ? pair.value : null;
    } else {
      const item: unknown = (node as { items?: unknown[] } | null)?.items?.[Number(step)];
      if (!isNode(item)) return offset;
      node = item;
      offset = node.range?.[0] ?? offset;
    }
  }
  return offset;
}
