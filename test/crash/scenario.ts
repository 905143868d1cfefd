import type { SessionView } from '../../src/commands/views.ts';
import { type CrashWorld, SESSION } from './crash-world.ts';
import type { CrashPerson, Line, Platform } from './people.ts';

/** Longest wait for one step; long, because several bots share a machine. */
const PATIENCE = 120_000;
/** How long somebody whose click was not acknowledged looks for its effect before doing it again. */
const LOOK = 3_000;

export const STEER = 'Please repair it properly.';
export const REVIEW = 'Please document the unit.';

/**
 * The whole loop as one person at `platform` does it: spawn, question, failed checks up to the escalation, steer, review, merge,
 * clean-up. Whatever was acknowledged is waited for and never done again; what was not is done again, as people do.
 */
export async function play(world: CrashWorld, platform: Platform): Promise<void> {
  const me = world.people[platform];
  const view = (): Promise<SessionView> => world.api.get(`/api/sessions/${SESSION}`);
  const wait = (what: string, holds: () => Promise<unknown>): Promise<unknown> =>
    waitFor(world, what, holds);
  const act = (
    what: string,
    done: () => Promise<boolean>,
    go: () => Promise<void>,
  ): Promise<void> => acting(world, me, what, done, go);
  /** The card shows what is true now; of the posts the newest counts. */
  const find = async (matches: (line: Line) => boolean): Promise<Line | undefined> => {
    const [card, ...posts] = await me.thread();
    return card !== undefined && matches(card) ? card : posts.findLast(matches);
  };
  const green = async (): Promise<boolean> => {
    const { pr } = await view();
    return pr !== null && pr.checks.state === 'passing' && pr.checks.sha === pr.headSha;
  };
  const press = async (label: string, words?: string): Promise<void> => {
    const line = await wait(`the button ${label}`, () =>
      find((each) => each.buttons.includes(label)),
    );
    await me.presses(line as Line, label, words);
  };

  await act(
    'spawn',
    async () => (await view()).id === SESSION,
    () => me.types('/ao spawn 1'),
  );
  await wait('the question', () => find((line) => line.buttons.includes('Metres')));
  await act(
    'answer',
    async () => (await view()).openRequests.every((request) => request.answer !== null),
    () => press('Metres'),
  );
  await wait('the escalation', () =>
    find((line) => line.text.includes('CI fails again') && line.buttons.includes('Snooze 30 min')),
  );
  await sayOnce(
    world,
    me,
    STEER,
    async () =>
      world.accepted().includes(STEER) ||
      (await view()).steers.some((steer) => steer.text === STEER),
  );
  await wait('green', green);
  await act(
    'ask for changes',
    async () =>
      world.accepted().some((text) => text.includes(REVIEW)) ||
      (await me.thread()).some((line) => /asked for 1 change/.test(line.text)),
    () => press('Request changes…', REVIEW),
  );
  await wait('the answer to the review', async () =>
    world.accepted().some((text) => text.includes(REVIEW)),
  );
  await wait(
    'green again',
    async () => (await find((line) => line.text.includes('Documented.'))) && (await green()),
  );
  await act(
    'approve',
    async () => (await view()).pr?.review.decision === 'approved',
    () => press('Approve'),
  );
  await act(
    'merge',
    async () =>
      (await view()).outcome !== null || /being merged|merge queue/.test((await view()).turnText),
    () => press('Approve & merge'),
  );
  await wait('the end', async () => (await view()).endedAt !== null && !world.hasWorktree());
  await wait(
    'everything told',
    async () => (await view()).endedAt !== null && world.unfinished().length === 0,
  );
}

/** What is typed into a thread is the platform's from the moment it is sent; nobody types it twice. */
async function sayOnce(
  world: CrashWorld,
  me: CrashPerson,
  text: string,
  done: () => Promise<boolean>,
): Promise<void> {
  await me.says(text).catch((error: unknown) => {
    // Slack gave up sending it: it stands in the thread all the same, and ao has to find it there.
    if (me.platform !== 'slack') throw error;
  });
  await waitFor(world, `"${text}" to be taken`, done);
}

async function acting(
  world: CrashWorld,
  me: CrashPerson,
  what: string,
  done: () => Promise<boolean>,
  go: () => Promise<void>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const told = me.whispers();
    const acknowledged = await go().then(
      () => true,
      () => false,
    );
    // A private answer instead of the effect is a refusal: the button was of an older card. Otherwise what was taken must come.
    const refused = async (): Promise<boolean> => tries < 10 && me.whispers() > told;
    if (acknowledged)
      await waitFor(
        world,
        `${what}, which was acknowledged`,
        async () => (await done()) || (await refused()),
      );
    else if (world.kills() === 0 && tries > 3)
      throw new Error(`${what} was not acknowledged, and nobody killed the bot`);
    if (world.broken() !== null) throw new Error(world.broken() ?? '');
    // Somebody who got no answer looks, once ao is there again, whether it happened all the same.
    await waitFor(world, 'ao to be back', () => world.api.get('/api/projects').then(() => true));
    if (await waitFor(world, what, done, LOOK).catch(() => false)) return;
  }
}

async function waitFor(
  world: CrashWorld,
  what: string,
  holds: () => Promise<unknown>,
  patience = PATIENCE,
): Promise<unknown> {
  const deadline = Date.now() + patience;
  let failure: unknown = null;
  for (;;) {
    if (world.broken() !== null) throw new Error(world.broken() ?? '');
    try {
      const value = await holds();
      if (value) return value;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline)
      throw new Error(`${what} did not come within ${patience / 1000} s`, { cause: failure });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
