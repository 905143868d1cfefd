import type { ProjectClone } from '../../shared/forge/project-clone.ts';
import type { Note } from './schema.ts';

type Place = NonNullable<Note['position']>;
/** The part of a diff that a remark stands at; null: the clone can't have it. */
export type Hunks = (place: Place) => Promise<string | null>;

const MAX_KNOWN = 500;
/** A commit that a fork took with it isn't asked for at every look. */
const MOST_TRIES = 3;

/** GitLab gives places without the lines around them: the project's clone has those. */
export function createHunks(clone: ProjectClone, remote: () => string): Hunks {
  const known = new Map<string, string | null>();
  /** Commits that could not be had, and how often they were asked for. */
  const missed = new Map<string, number>();
  return async ({ filePath, newLine, oldLine, diffRefs }) => {
    const { baseSha, headSha } = diffRefs ?? {};
    if (baseSha == null || headSha === undefined) return null;
    const key = `${baseSha} ${headSha} ${filePath} ${newLine ?? ''} ${oldLine ?? ''}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    for (const sha of [baseSha, headSha]) {
      const times = missed.get(sha) ?? 0;
      if (!/^[0-9a-f]{40,64}$/.test(sha) || times >= MOST_TRIES) return null;
      if (await clone.has(sha, remote(), sha)) continue;
      missed.set(sha, times + 1);
      return null;
    }
    const { ok, stdout } = await clone.git(
      ...['diff', '--no-color', '--no-ext-diff', '--no-textconv', baseSha, headSha, '--', filePath],
    );
    const hunk = ok ? hunkAt(stdout, newLine ?? null, oldLine ?? null) : null;
    known.set(key, hunk);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value ?? '');
    return hunk;
  };
}

const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** From the hunk's head to the line, as reviews show it. */
export function hunkAt(
  diff: string,
  newLine: number | null,
  oldLine: number | null,
): string | null {
  const lines = diff.split('\n');
  for (const [at, line] of lines.entries()) {
    const [, oldFrom, oldCount = '1', newFrom, newCount = '1'] = HEADER.exec(line) ?? [];
    if (oldFrom === undefined || newFrom === undefined) continue;
    const wanted = newLine ?? oldLine ?? 0;
    const from = Number(newLine === null ? oldFrom : newFrom);
    const count = Number(newLine === null ? oldCount : newCount);
    if (wanted < from || wanted >= from + count) continue;
    const other = newLine === null ? '+' : '-';
    let number = from - 1;
    for (let end = at + 1; end < lines.length; end += 1) {
      if (!(lines[end] ?? '').startsWith(other)) number += 1;
      if (number === wanted) return lines.slice(at, end + 1).join('\n');
    }
  }
  return null;
}
