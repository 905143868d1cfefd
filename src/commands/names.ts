import { isSafeBranch } from '../lib/branch-refs.ts';

const UNSEEN = /\p{C}/u;
const MODEL = /^[A-Za-z0-9][A-Za-z0-9_.:/@+[\]-]{0,199}$/;

/** What git would take for the name of a branch, and people see as it is. */
export const isBranch = (name: string): boolean => isSafeBranch(name) && !UNSEEN.test(name);

/** A name that no agent takes for an option or a path out of its folder. */
export const isModel = (name: string): boolean => MODEL.test(name) && !name.includes('..');
