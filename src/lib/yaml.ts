import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isNode,
  isScalar,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';

/** What keeps a YAML text from being read. */
export interface YamlProblem {
  readonly message: string;
  /** Character of the text at which it begins, from 0. */
  readonly offset: number;
}

export interface YamlText {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** In the order of the text. Without any, `yamlValue` of the document does not throw. */
  readonly problems: readonly YamlProblem[];
}

/**
 * Reads a YAML text; never throws. What the library would throw or change without a word only when the value is made (an alias that leads
 * nowhere, a map as a key) is a problem with its place here.
 */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map(({ message, pos }) => ({
    message: message.split('\n')[0] ?? message,
    offset: pos[0],
  }));
  const problems = broken.length > 0 ? broken : nodeProblems(document);
  return { document, lines, problems: problems.length > 0 ? problems : sizeProblems(document) };
}

/** The plain value of a document without problems. */
export const yamlValue = (document: Document.Parsed): unknown =>
  document.toJS({ maxAliasCount: MOST_ALIASES });

/** How often one anchor's content may be multiplied: ten lines of aliases to aliases would otherwise fill the memory. */
const MOST_ALIASES = 100;

function nodeProblems(document: Document.Parsed): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Pair(_, { key }: Pair) {
      const target = isAlias(key) ? key.resolve(document) : key;
      // `title: {{ name }}` is one: the library would make text of it.
      const isText =
        !isCollection(target) && !(isScalar(target) && target.value instanceof Uint8Array);
      if (!isText)
        problems.push({
          message: 'a key is text, not a list or a map. Text that begins with { or [ needs quotes',
          offset: offsetOf(key),
        });
    },
    Alias(_, alias: Alias, ancestors) {
      const target = alias.resolve(document);
      const { source } = alias;
      if (target === undefined) {
        problems.push({
          message: `*${source} refers to &${source}, which isn't defined before it. Text that begins with * needs quotes`,
          offset: offsetOf(alias),
        });
      } else if (ancestors.includes(target))
        problems.push({
          message: `*${source} is inside what it refers to`,
          offset: offsetOf(alias),
        });
    },
  });
  return problems;
}

const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

function sizeProblems(document: Document.Parsed): readonly YamlProblem[] {
  try {
    yamlValue(document);
    return [];
  } catch (error) {
    return [{ message: error instanceof Error ? error.message : String(error), offset: 0 }];
  }
}
