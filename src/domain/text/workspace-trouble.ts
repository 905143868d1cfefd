import type { WorkspaceTrouble } from '../session/facts.ts';

/** So many different ones are kept and told of a session: whoever makes them can make any number. */
export const MOST_TROUBLES = 20;
const KEYS_NAMED = 5;
const KEY_LENGTH = 80;

/** The same for what is found again. */
export const troubleId = (trouble: WorkspaceTrouble): string =>
  trouble.kind === 'refused' ? trouble.text : `${trouble.file} ${trouble.key}`;

/** For people, plain text: what was found, where, and what to do; keys of one file in one text. */
export function troubleTexts(troubles: readonly WorkspaceTrouble[]): readonly string[] {
  const keys = new Map<string, string[]>();
  const refused: string[] = [];
  for (const trouble of troubles) {
    if (trouble.kind === 'refused') refused.push(trouble.text);
    else keys.set(trouble.file, [...(keys.get(trouble.file) ?? []), shown(trouble.key)]);
  }
  return [...refused, ...[...keys].map(([file, names]) => keysText(file, names))];
}

function keysText(file: string, keys: readonly string[]): string {
  const named = keys.slice(0, KEYS_NAMED).join(', ');
  const more = keys.length > KEYS_NAMED ? ` and ${keys.length - KEYS_NAMED} more` : '';
  return `${file} names programs, files or addresses that it did not name when ao took the project on: ${named}${more}. An agent can write there, so ao's git does not obey them; your own git does. Look at them with  git config --file "${file}" --list  and take out what is not yours. What is yours belongs in your global git configuration, a filter under git.filters in ao.yaml.`;
}

/** Whoever wrote the key chose its characters. */
const shown = (key: string): string => {
  const plain = key.replaceAll(/[\p{C}\p{Z}]+/gu, ' ');
  return plain.length <= KEY_LENGTH ? plain : `${plain.slice(0, KEY_LENGTH - 1)}…`;
};
