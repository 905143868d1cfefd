/**
 * ao's own commands that an agent is told to run. Asking a person for them would stop every session at its end, so
 * permission requests for exactly these are answered by ao itself.
 */

/** Characters that a shell only passes on. */
const PLAIN = /[\w@%+=:,./-]/;
/** What a shell still acts upon between double quotes. */
const ACTIVE_IN_QUOTES = /[$`\\]/;

/** The words of one plain command; null when a shell would do anything but run it with these. */
function plainWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (const character of line.trim()) {
    if (quote !== null) {
      if (character === quote) quote = null;
      else if (quote === '"' && ACTIVE_IN_QUOTES.test(character)) return null;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === ' ' || character === '\t') {
      if (word !== null) words.push(word);
      word = null;
    } else if (PLAIN.test(character)) {
      word = (word ?? '') + character;
    } else return null;
  }
  if (quote !== null) return null;
  return word === null ? words : [...words, word];
}

/** What a permission hook of Claude Code or Codex answers to a command that is allowed. */
export const ALLOWED_BY_HOOK = {
  hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow' } },
} as const;

/** The hook asks for one of ao's own commands. */
export const asksForOwnCommand = (
  tool: string,
  input: Readonly<Record<string, unknown>>,
): boolean => tool === 'Bash' && typeof input.command === 'string' && isOwnCommand(input.command);

const STATES: ReadonlySet<string> = new Set(['working', 'blocked', 'needs_input', 'done']);
const WITH_VALUE: ReadonlySet<string> = new Set(['--title', '--body', '--base']);

/** `ao report STATE WORDS` or `ao pr create` with what describes the pull request, and nothing besides. */
export function isOwnCommand(line: string): boolean {
  const [program, ...words] = plainWords(line) ?? [];
  if (program !== 'ao') return false;
  if (words[0] === 'report')
    return STATES.has(words[1] ?? '') && words.slice(2).every((word) => !word.startsWith('-'));
  return words[0] === 'pr' && words[1] === 'create' && describesOnly(words.slice(2));
}

/** Other options would name another session, another configuration or another address. */
function describesOnly(words: readonly string[]): boolean {
  const [word, value, ...rest] = words;
  if (word === undefined) return true;
  const [option = '', ...given] = word.split('=');
  if (word === '--draft') return describesOnly(words.slice(1));
  if (!WITH_VALUE.has(option)) return false;
  if (given.length > 0) return describesOnly(words.slice(1));
  return value !== undefined && describesOnly(rest);
}
