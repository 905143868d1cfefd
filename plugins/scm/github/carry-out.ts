import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { MergeResult, ScmPlugin, StackMove } from '../../../src/slots/scm.ts';
import { mergePullRequest } from './merge.ts';
import { openPullRequest } from './open-pull-request.ts';
import { refuseUnpushedPointers } from './pointers.ts';
import {
  acting,
  changed,
  factOf,
  fresh,
  learnName,
  numberFor,
  type ScmState,
} from './scm-state.ts';
import { moveStacked } from './stacked.ts';

export const create = (
  scm: ScmState,
  input: Parameters<ScmPlugin['create']>[0],
): Promise<PullRequestFact> =>
  scm.lanes(`create ${input.branch}`, async () => {
    await learnName(scm);
    const number = await openPullRequest(scm.client, scm.reader, scm.heads, input);
    await scm.watch.read(number, 'write');
    const fact = factOf(scm, number);
    scm.watch.touch({ numbers: [number], branch: input.branch });
    changed(scm, fact.key);
    return fact;
  });

export const merge = (
  scm: ScmState,
  pr: string,
  input: Parameters<ScmPlugin['merge']>[1],
): Promise<MergeResult> =>
  acting(scm, pr, async () => {
    const core = await fresh(scm, pr, 'merge');
    if (core.state === 'OPEN' && core.headRefOid === input.sha)
      await refuseUnpushedPointers(scm.clone, scm.heads, core, scm.context.dataDir);
    return mergePullRequest(
      {
        client: scm.client,
        logger: scm.context.logger,
        nativeAutoMerge: scm.config.nativeAutoMerge,
        autoMerges: scm.pinned.pin,
        now: () => scm.clock.now(),
      },
      core,
      input,
    );
  });

export const moveStackedOn = (scm: ScmState, pr: string): Promise<StackMove> =>
  scm.lanes(pr, async () => {
    const stack = await moveStacked(scm.client, await fresh(scm, pr, 'write'));
    scm.watch.touch({ numbers: stack.moved });
    return stack;
  });

export async function review(): Promise<void> {
  throw rejected(
    'AO_UNSUPPORTED',
    'Reviews of GitHub pull requests are written at GitHub, by the person whose review it is.',
  );
}

export const resolveThread = (scm: ScmState, pr: string, thread: string): Promise<void> =>
  acting(scm, pr, async () => {
    const known =
      (scm.book.get(numberFor(pr)) ?? (await scm.watch.read(numberFor(pr), 'write')))?.talk
        ?.comments ?? [];
    return known.some((comment) => comment.id === thread && comment.threadId === null)
      ? scm.actions.minimize(thread)
      : scm.actions.resolveThread(thread);
  });
