export { type FormatOptions, formatDuration } from './format.ts';
export { parseDuration } from './parse.ts';
export { UNITS, type Unit } from './units.ts';
