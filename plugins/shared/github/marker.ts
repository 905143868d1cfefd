import { createHash } from 'node:crypto';

/** Hidden mark of what ao wrote for `key`: a comment that has it was written already. */
export const marker = (key: string): string =>
  `<!-- ao:${createHash('sha256').update(key).digest('hex').slice(0, 24)} -->`;

const ANY = /\n*<!-- ao:[0-9a-f]{24} -->\s*$/;

/** Whether ao wrote it, or an agent through ao. */
export const isMarked = (body: string): boolean => ANY.test(body);

export const marked = (body: string, key: string): string => `${body}\n\n${marker(key)}`;
/** As it was given to ao. */
export const unmarked = (body: string): string => body.replace(ANY, '');
