import type { Core } from './schema.ts';

/** `github:<head repository>#<number>`. The repository's own name is the one the project says, so that a rename changes no key. */
export function keyOf(pr: Pick<Core, 'number' | 'isCrossRepository' | 'headRepository' | 'headRepositoryOwner'>, name: string): string {
  const head = pr.isCrossRepository ? (pr.headRepository?.nameWithOwner ?? `${pr.headRepositoryOwner?.login ?? 'ghost'}/deleted`) : name;
  return `github:${head}#${pr.number}`;
}

/** Number of a key; null for anything that is no key of this scm. */
export function numberOfKey(key: string): number | null {
  const number = /^github:[\w.-]+\/[\w.-]+#([1-9][0-9]{0,8})$/.exec(key)?.[1];
  return number === undefined ? null : Number(number);
}
