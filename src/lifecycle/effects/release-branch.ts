import type { Snapshot } from '../../domain/session/session.ts';
import type { ScmPlugin } from '../../slots/scm.ts';

/** Whether the branch of a merged session may be deleted, and what people should know of it. */
export interface Released {
  readonly mayDelete: boolean;
  /** Sentences. */
  readonly notes: readonly string[];
}

/**
 * A branch that others build on is not deleted under them: open pull requests that go into it are moved to its base first, and
 * where that can't be done, or a session that has no pull request yet starts from it, the branch stays.
 */
export async function releaseBranch(
  { session, prs }: Snapshot,
  scm: ScmPlugin,
  live: readonly Snapshot[],
): Promise<Released> {
  const notes: string[] = [];
  let mayDelete = true;
  const keep = (why: string): void => {
    mayDelete = false;
    notes.push(`The branch ${session.branch} was kept: ${why}`);
  };
  for (const pr of prs.filter((one) => one.state === 'merged' && !one.foreign)) {
    try {
      const stack = await scm.moveStacked?.(pr.key);
      if (stack === undefined) continue;
      if (stack.moved.length > 0)
        notes.push(`${hashed(stack.moved)} went into ${pr.branch} and now into ${stack.base}.`);
      for (const { number, why } of stack.stay)
        keep(`#${number} goes into it and could not be moved to ${stack.base}: ${why}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      keep(`whether other pull requests go into it could not be read. ${reason}`);
    }
  }
  for (const other of live)
    if (startsFrom(other, session)) keep(`${other.session.id} started from it.`);
  return { mayDelete, notes };
}

/** Without a pull request there is nothing to move, and nothing it could be opened into. */
const startsFrom = (other: Snapshot, { id, project, branch }: Snapshot['session']): boolean =>
  other.session.id !== id &&
  other.session.project === project &&
  other.session.base === branch &&
  !other.prs.some((pr) => pr.state === 'open');

const hashed = (numbers: readonly number[]): string =>
  numbers.map((number) => `#${number}`).join(', ');
