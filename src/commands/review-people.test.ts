import { expect, test } from 'vitest';
import { commandWorld, person } from '../../test/support/command-world.ts';
import { sessionId } from '../../test/support/lifecycle-world.ts';
import type { PullRequestFact } from '../domain/session/facts.ts';
import { withReviewPeople } from './review-people.ts';

/** app-1 was started by web:dana. Steven may only steer; Kim may merge. */
const USERS = { 'web:dana': ['member'], 'slack:T1:STEVEN': ['helper'], 'slack:T1:KIM': ['member'] };

async function worldWith(merge: Parameters<typeof commandWorld>[0] extends infer P ? P : never) {
  const world = await commandWorld(merge);
  const { db, dispatch } = world.lifecycle;
  const people = withReviewPeople(dispatch, {
    db,
    access: world.access,
    forgeOf: () => world.forge,
  });
  const vouch = (who: string, login: string) =>
    world.commands.vouchLink(person('web:local'), { subject: who, login, project: null });
  await vouch('web:dana', 'dana-gh');
  await vouch('slack:T1:STEVEN', 'steven-gh');
  await vouch('slack:T1:KIM', 'kim-gh');
  /** The forge says that these logins approved the head. */
  const approvedBy = async (...logins: readonly string[]): Promise<PullRequestFact> => {
    const seen = await world.look();
    const fact: PullRequestFact = {
      ...seen,
      at: seen.at + 1,
      review: { ...seen.review, decision: 'approved', approvedBy: logins },
    };
    people.input(sessionId('app-1'), { type: 'fact', fact: { type: 'pull_request', fact } });
    return fact;
  };
  const waits = (): readonly string[] => {
    const view = world.reader.session('app-1');
    return view.ok ? (view.value.pr?.waitsFor ?? []) : [];
  };
  return { world, approvedBy, waits };
}
const ACCESS = { roles: { helper: ['view', 'steer'] }, users: USERS } as const;

// threat: a requester approves their own work where somebody else has to | doesn't count
test('case 19: at a forge the requester does not review their own work, where the policy wants somebody else', async () => {
  const { approvedBy, waits } = await worldWith({
    merge: { excludeRequester: true },
    access: ACCESS,
  });
  await approvedBy('Dana-GH');
  expect(waits()).toEqual([
    "A review is missing. The approval of @Dana-GH doesn't count: that person asked for the work (merge.excludeRequester).",
  ]);
  await approvedBy('Dana-GH', 'kim-gh');
  expect(waits()).toEqual([]);
});

test("case 19: nor does a login of a person who may only steer; one that nobody linked is the forge's matter", async () => {
  const { approvedBy, waits } = await worldWith({ merge: {}, access: ACCESS });
  await approvedBy('steven-gh');
  expect(waits()).toEqual([
    "A review is missing. The approval of @steven-gh doesn't count: the person who linked that login may not merge.",
  ]);
  await approvedBy('stranger');
  expect(waits()).toEqual([]);
  // One person alone can work where no rule asks for another.
  await approvedBy('dana-gh');
  expect(waits()).toEqual([]);
});

test('case 19: whose groups were not read yet is not judged, and a known one is', async () => {
  const { world, approvedBy, waits } = await worldWith({
    merge: {},
    access: { ...ACCESS, groups: { 'slack:T1:S1': ['member'] } },
  });
  await approvedBy('steven-gh');
  expect(waits()).toEqual([]);
  world.access.seen('slack:T1:STEVEN', []);
  await approvedBy('steven-gh');
  expect(waits()).toHaveLength(1);
});

test("case 19: of sensitive files the review is somebody else's", async () => {
  const { world, approvedBy } = await worldWith({
    merge: { sensitivePaths: ['**'], requireWrite: false },
    access: ACCESS,
  });
  world.owners = ['slack:T1:KIM'];
  const press = (who: string) =>
    world.commands.merge(person(who), 'app-1', { sha: null, base: null, method: null });
  await approvedBy('dana-gh');
  await press('slack:T1:KIM');
  const session = () => world.lifecycle.dispatch.snapshot('app-1')?.session;
  expect(session()?.merging).toBeNull();
  await approvedBy('dana-gh', 'kim-gh');
  await press('web:dana');
  expect(session()?.merging).not.toBeNull();
});
