import type { PluginContext } from '../slots/plugin.ts';
import type { Setting } from './fixed.ts';
import { type Entry, isLfs } from './keys.ts';

/** Filters the operator lets ao's git run, by their commands in ao's configuration. Names as in `.gitattributes`. */
export type AllowedFilters = NonNullable<PluginContext['git']>['filters'];

/** What git does by itself with two versions of a text: markers where they conflict, and a failure then. */
const TEXT_MERGE = 'git merge-file -q --marker-size=%L %A %O %B';

/**
 * The operator's own configuration stays in force, but for drivers: a file in the repository chooses among them, and so does
 * whoever writes it. Only git-lfs and the filters that ao's configuration names are left.
 */
export function driverSettings(
  operator: readonly Entry[],
  allowed: AllowedFilters,
): readonly Setting[] {
  const found = new Map<string, Entry[]>();
  for (const entry of operator) {
    const driver = /^(filter|merge|diff)\.(.+)\.[^.]+$/s.exec(entry.key);
    if (driver === null) continue;
    const name = `${driver[1]}.${driver[2]}`;
    if (driver[1] === 'filter' && allowed[driver[2] ?? ''] !== undefined) continue;
    found.set(name, [...(found.get(name) ?? []), entry]);
  }
  const off = [...found].flatMap(([name, entries]) => settingsFor(name, entries));
  return [
    ...off,
    ...Object.entries(allowed).flatMap(([name, filter]) => filterSettings(name, filter)),
  ];
}

function settingsFor(name: string, entries: readonly Entry[]): readonly Setting[] {
  if (name.startsWith('merge.')) return [[`${name}.driver`, TEXT_MERGE]];
  if (name.startsWith('diff.')) return [[`${name}.textconv`, 'cat']];
  return entries.every((entry) => isLfs(entry))
    ? []
    : filterSettings(name.slice('filter.'.length), { process: '' });
}

/** An empty command is one that isn't run; but with an empty `process` git looks at no other command. */
const filterSettings = (name: string, filter: AllowedFilters[string]): readonly Setting[] => [
  [`filter.${name}.clean`, filter.clean ?? ''],
  [`filter.${name}.smudge`, filter.smudge ?? ''],
  ...(filter.process === undefined ? [] : [[`filter.${name}.process`, filter.process] as const]),
  [`filter.${name}.required`, String(filter.required ?? false)],
];
