import { createHash } from 'node:crypto';
import { fitBody } from './fit.ts';

/** Hidden mark of what ao wrote for `key`: a comment that has it was written already. */
export const marker = (key: string): string =>
  `<!-- ao:${createHash('sha256').update(key).digest('hex').slice(0, 24)} -->`;

const ANY = /\n*<!-- ao:[0-9a-f]{24} -->\s*$/;

/** Whether ao wrote it, or an agent through ao. */
export const isMarked = (body: string): boolean => ANY.test(body);

/** Cut where GitHub would refuse it, so that the mark is whole. */
export const marked = (body: string, key: string): string =>
  `${fitBody(body, marker(key).length + 2)}\n\n${marker(key)}`;
/** As it was given to ao. */
export const unmarked = (body: string): string => body.replace(ANY, '');
