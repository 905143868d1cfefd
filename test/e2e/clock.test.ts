import { afterEach, beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { setClock } from '../support/set-clock.ts';
import { PUPPET, type Shown, sees, type Team } from '../support/team.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

let team: Team;
beforeAll(ensureBuilt, 120_000);
afterEach(() => team.close());

const session = () => team.bot.app().reader.sessions({ all: true })[0];
const happened = (type: string): number =>
  team.bot
    .app()
    .reader.events({ session: 'sample-1', after: undefined, limit: 1_000 })
    .filter(({ event }) => event.type === type).length;
const times = async (text: string): Promise<number> =>
  (await team.thread()).filter((post) => post.text.includes(text)).length;
const asks = (label: string): Promise<Shown> =>
  until(async () => (await team.thread()).findLast((post) => post.buttons.includes(label)), {
    what: `a card with ${label}`,
    timeoutMs: 30_000,
  });
/** Below the live card, which offers the same, and stays. */
const posted = (label: string): Promise<Shown> =>
  until(
    async () => (await team.thread()).slice(1).findLast((post) => post.buttons.includes(label)),
    { what: `a post with ${label}`, timeoutMs: 30_000 },
  );
const told = (what: string, holds: () => boolean | Promise<boolean>): Promise<unknown> =>
  until(holds, { what, timeoutMs: 30_000 });

it('a clock that is set forward and back by hours, again and again: nothing fires twice, nothing is lost, nothing hangs', async () => {
  const clock = setClock();
  team = await webTeam({
    ...PUPPET,
    clock,
    more: { ...PUPPET.more, lifecycle: { ackTimeout: '30m', settle: 0 } },
  });
  const { bot } = team;
  await team.types('/ao spawn "do: ask"');
  await asks('Left');
  const raised = happened('escalation.raised');

  // Forward: what is due happens, once.
  clock.set(6 * HOUR);
  await told('the next rung', () => happened('escalation.raised') === raised + 1);
  // Back: what happened does not happen again, and the live card goes on.
  clock.set(-6 * HOUR);
  await told('the jump to be noticed', () =>
    bot.logged.some((line) => line.message.startsWith('the clock was set back')),
  );
  await team.presses(await asks('Left'), 'Left');
  await sees(team, 'I heard: Left');
  await told(
    'the card to show it',
    async () => (await team.thread())[0]?.text.startsWith('💤') === true,
  );
  expect(happened('escalation.raised')).toBe(raised + 1);

  // A message right before the clock goes back reaches the agent, once.
  await team.says('do: commit');
  clock.set(-8 * HOUR);
  await told('the commit', async () => (await times('opened: "Some work"')) === 1);
  await told('checks', () => session()?.pr?.checks.state === 'passing');
  await team.presses(await asks('Approve'), 'Approve');

  // A merge that has to be tried again in a minute is tried again in a minute.
  bot.repo.write('README.md', 'half an edit\n');
  await team.presses(await asks('Approve & merge'), 'Approve & merge');
  await sees(team, /Merge of [0-9a-f]{7} failed: .*README\.md/);
  clock.set(-5 * HOUR);
  await told(
    'the second jump to be noticed',
    () =>
      bot.logged.filter((line) => line.message.startsWith('the clock was set back')).length >= 3,
  );
  expect(happened('pr.merged')).toBe(0);
  bot.repo.git('checkout', '-q', 'README.md');
  clock.set(MINUTE + 1_000);
  await told(
    'the merge',
    () => session()?.endedAt != null && session()?.outcome?.cause === 'merged',
  );
  await sees(team, 'merged into');
  expect([
    happened('pr.merged'),
    happened('merge.failed'),
    happened('merge.started'),
    happened('session.ended'),
  ]).toEqual([1, 1, 2, 1]);
  expect(happened('steer.accepted')).toBe(2);
  expect(bot.logged.filter((line) => line.level === 'error').map((line) => line.message)).toEqual([
    expect.stringContaining('README.md'),
  ]);
}, 120_000);

it('a commit that becomes mergeable a second time gets a card that can be pressed', async () => {
  team = await webTeam({ ...PUPPET, more: { ...PUPPET.more, lifecycle: { settle: 0 } } });
  await team.types('/ao spawn "do: commit"');
  await team.presses(await asks('Approve'), 'Approve');
  const first = await posted('Approve & merge');
  await team.presses(await asks('Request changes…'), 'Request changes…');
  await team.submits({ text: 'Say why' });
  await sees(team, 'I have it');
  await told('the first card to be over', async () =>
    (await team.thread()).some((post) => post.id === first.id && post.buttons.length === 0),
  );
  await team.presses(await asks('Approve'), 'Approve');
  const second = await posted('Approve & merge');
  expect(second.id).not.toBe(first.id);
  await team.presses(second, 'Approve & merge');
  await sees(team, 'merged into');
  await told('the second card to be over', async () =>
    (await team.thread()).some((post) => post.id === second.id && post.text.includes('is merged')),
  );
}, 120_000);
