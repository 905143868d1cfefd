import { createHash } from 'node:crypto';

/** Hidden mark of what ao wrote for `key`: a comment that has it was written already. */
export const marker = (key: string): string =>
  `<!-- ao:${createHash('sha256').update(key).digest('hex').slice(0, 24)} -->`;

const ANY = /\n*<!-- ao:[0-9a-f]{24} -->\s*$/;

/** Whether ao wrote it, or an agent through ao. */
export const isMarked = (body: string): boolean => ANY.test(body);

/** As it was given to ao. */
export const unmarked = (body: string): string => body.replace(ANY, '');

/** With its mark; cut, and told so, where the forge takes no more than `most` characters, so that the mark is whole. */
export function marked(body: string, key: string, most: number): string {
  const room = most - marker(key).length - 2;
  const cut = `\n\n_(ao cut the rest: the forge takes no more than ${most.toLocaleString('en')} characters.)_`;
  const fits =
    body.length <= room
      ? body
      : `${body.slice(0, room - cut.length).replace(/[\uD800-\uDBFF]$/, '')}${cut}`;
  return `${fits}\n\n${marker(key)}`;
}
