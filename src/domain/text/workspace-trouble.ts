import type { WorkspaceTrouble } from '../session/facts.ts';

/** So many different ones are kept and told of a session: whoever makes them can make any number. */
export const MOST_TROUBLES = 20;
const KEYS_NAMED = 5;
const KEY_LENGTH = 80;

/** The same for what is found again. */
export function troubleId(trouble: WorkspaceTrouble): string {
  switch (trouble.kind) {
    case 'refused':
      return trouble.text;
    case 'key':
      return `${trouble.file} ${trouble.key}`;
    case 'setting':
      return `${trouble.file} ${trouble.key} = ${trouble.now}`;
  }
}

/** For people, plain text: what was found, where, and what to do; keys of one file in one text. */
export function troubleTexts(troubles: readonly WorkspaceTrouble[]): readonly string[] {
  const keys = new Map<string, string[]>();
  const settings = new Map<string, Setting[]>();
  const refused: string[] = [];
  for (const trouble of troubles) {
    switch (trouble.kind) {
      case 'refused':
        refused.push(trouble.text);
        break;
      case 'key':
        keys.set(trouble.file, [...(keys.get(trouble.file) ?? []), shown(trouble.key)]);
        break;
      case 'setting':
        settings.set(trouble.file, [...(settings.get(trouble.file) ?? []), trouble]);
    }
  }
  return [
    ...refused,
    ...[...keys].map(([file, names]) => keysText(file, names)),
    ...[...settings].map(([file, changed]) => settingsText(file, changed)),
  ];
}

type Setting = Extract<WorkspaceTrouble, { kind: 'setting' }>;

function settingsText(file: string, changed: readonly Setting[]): string {
  const named = changed
    .slice(0, KEYS_NAMED)
    .map(({ key, was, now }) => `${shown(key)} is ${valueWords(now)} (was ${valueWords(was)})`)
    .join(', ');
  const more = changed.length > KEYS_NAMED ? ` and ${changed.length - KEYS_NAMED} more` : '';
  return `${file} was changed since ao took the project on: ${named}${more}. It holds in all checkouts of the repository, yours too. If that was not you, put it back:  git config --file "${file}" KEY VALUE , or  --unset KEY  for what was not set.`;
}

const valueWords = (value: string | null): string => (value === null ? 'not set' : shown(value));

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
