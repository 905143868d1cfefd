import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EventView } from '../../src/commands/views.ts';
import { type BotWorld, botWorld } from '../support/bot.ts';
import { until } from '../support/until.ts';

/** What must not happen twice, and what people see at the end. */
interface Result {
  /** Kinds of what was told, in order of first appearance, with how often. */
  readonly told: Readonly<Record<string, number>>;
  readonly messages: number;
  readonly history: string;
  readonly card: string;
}

const ONCE = ['session.spawned', 'workspace.created', 'pr.opened', 'checks.failed', 'review.approved', 'merge.started', 'pr.merged', 'session.ended'] as const;

async function resultOf(world: BotWorld, session: string): Promise<Result> {
  const events = await world.api.get<readonly EventView[]>(`/api/sessions/${session}/events?limit=1000`);
  const told = Object.fromEntries(ONCE.map((type) => [type, events.filter((event) => event.event.type === type).length]));
  const keys = (await world.me.messages(session)).map((message) => message.key).filter((key) => key !== null);
  expect(new Set(keys).size, 'a post was made twice').toBe(keys.length);
  const card = (await world.me.card(session)).split('\n')[1] ?? '';
  return {
    told,
    messages: world.accepted(session).length,
    history: world.repo.git('log', '--format=%s', 'main'),
    card: card.replaceAll(/[\d.]+ (s|min)/g, 'some time').replaceAll(/\$[\d.]+/g, '$'),
  };
}

/** Plays the rest of the loop from wherever it is; every step waits for what a person would wait for. */
async function finish(world: BotWorld, session: string): Promise<void> {
  const { me } = world;
  const view = await me.view(session);
  if (view.outcome === null) {
    await until(
      async () => {
        const { pr, outcome } = await me.view(session);
        return outcome !== null || (pr !== null && pr.checks.state === 'passing' && pr.checks.sha === pr.headSha);
      },
      45_000,
      `green; what is seen:\n${await me.thread(session)}`,
    );
    if ((await me.view(session)).pr?.review.decision !== 'approved') await me.presses(session, 'Approve');
    await until(async () => (await me.view(session)).outcome !== null || (await me.view(session)).actions.includes('merge'), 20_000, 'the merge button');
    if ((await me.view(session)).outcome === null) await me.presses(session, 'Approve & merge').catch(() => '');
  }
  await me.seesOnCard(session, /merged by/);
  await until(() => !world.repo.git('worktree', 'list').includes(session), 20_000, 'the removal of the worktree');
}

const UNKILLED: Omit<Result, 'history'> = {
  told: {
    'session.spawned': 1,
    'workspace.created': 1,
    'pr.opened': 1,
    'checks.failed': 1,
    'review.approved': 1,
    'merge.started': 1,
    'pr.merged': 1,
    'session.ended': 1,
  },
  messages: 2,
  card: 'merged by @you · some time · 1 CI round · $',
};

type Moment = (world: BotWorld) => Promise<unknown>;

const view = (world: BotWorld) => world.me.view('sample-1').catch(() => null);
const seen =
  (what: RegExp): Moment =>
  (world) =>
    world.me.sees('sample-1', what, 30_000);

const MOMENTS: ReadonlyArray<readonly [string, Moment]> = [
  ['right after the spawn was answered', async () => undefined],
  [
    'while the workspace is made',
    (world) => until(async () => (await view(world))?.stage === 'preparing' || (await view(world))?.workspacePath !== null, 20_000, 'the workspace'),
  ],
  ['while the agent works', seen(/Started on main/)],
  ['right after the check turned red', seen(/test failed on/)],
  ['while the repair is checked', seen(/I found my mistake/)],
  [
    'during the merge',
    async (world) => {
      await until(async () => (await view(world))?.pr?.checks.state === 'passing', 45_000, 'green');
      await world.me.presses('sample-1', 'Approve');
      await until(async () => (await view(world))?.actions.includes('merge'), 20_000, 'the merge button');
      await world.me.presses('sample-1', 'Approve & merge');
    },
  ],
];

describe('kill -9 and start again', () => {
  let world: BotWorld;
  afterEach(() => world.close());

  it.each(MOMENTS)('%s: the loop ends as if nothing had happened, nothing is done twice', async (_name, moment) => {
    world = await botWorld();
    await world.start();
    await world.me.command('/ao spawn 1');
    await moment(world);
    await world.kill();
    await world.start();
    await finish(world, 'sample-1');
    const { history, ...rest } = await resultOf(world, 'sample-1');
    expect(rest).toEqual(UNKILLED);
    expect(history).toBe('Support weeks (#1)\nFormat and parse durations');
  });

  /** How many of them: more with AO_CRASH_RUNS. The seed of a failure is in its name. */
  const runs = Array.from({ length: Number(process.env.AO_CRASH_RUNS ?? '2') }, () => Math.round(Math.random() * 6_000));
  it.each(runs)('at random moments, the first after %i ms: the same', async (first) => {
    world = await botWorld();
    await world.start();
    await world.me.command('/ao spawn 1');
    for (let after = first; after > 300; after = Math.round(after / 2)) {
      // The moment is what is random here, not something to wait for.
      await wait(after);
      await world.kill();
      await world.start();
    }
    await finish(world, 'sample-1');
    const { history, ...rest } = await resultOf(world, 'sample-1');
    expect(rest).toEqual(UNKILLED);
    expect(history).toBe('Support weeks (#1)\nFormat and parse durations');
  });
});

describe('stopping the bot', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await botWorld({ project: { agentConfig: { env: { AO_DEMO_SPEED: '1000' } } } });
    await world.start();
  });
  afterAll(() => world.close());

  it('leaves the agents running, says so, and takes up where they are', async () => {
    await world.me.command('/ao spawn 1');
    await world.me.sees('sample-1', /Started on main/);
    const pane = world.tmux('list-panes', '-t', '=sample-1:', '-F', '#{pane_pid}');
    expect(await world.stop()).toBe(0);
    expect(world.output()).toMatch(/Stopped \(SIGTERM\)\. 1 agent goes on without ao; start it again to take up where they are\./);
    expect(world.terminals()).toEqual(['sample-1']);
    await world.start();
    expect(world.tmux('list-panes', '-t', '=sample-1:', '-F', '#{pane_pid}')).toBe(pane);
    await world.me.reply('sample-1', 'Are you there?');
    await world.me.presses('sample-1', 'Send now');
    await world.me.sees('sample-1', /Are you there\? ✅/);
    expect(world.accepted('sample-1').filter((text) => text === 'Are you there?')).toHaveLength(1);
  });
});
