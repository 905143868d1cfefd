import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { controlsOf } from '../fakes/slack/person.ts';
import { readBlock, readMessageText } from '../fakes/slack/read-blocks.ts';
import { BOT_USER, type FakeMessage } from '../fakes/slack/workspace.ts';
import { ensureBuilt } from '../support/built.ts';
import { CHANNEL, type SlackWorld, slackWorld } from '../support/slack-world.ts';
import { PUPPET } from '../support/team.ts';
import { until } from '../support/until.ts';

/** The same words in every run: numbers that differ are masked. */
const steady = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{7}\b/g, '<sha>')
    .replace(/\$\d+\.\d\d/g, '$<n>')
    .replace(/\b\d+k tokens/g, '<n> tokens')
    .replace(/\b\d+(\.\d+)? (ms|s|min)\b( ago)?|just now/g, '<time>')
    .replace(/\/tmp\/[^\s:]+/g, '<path>')
    .replace(/last: "[^"]*"/g, 'last: <line>')
    .replace(/^ {2}.*(\n {2}.*)*/gm, '  <lines of the log>');

const REFUSED = "You can't do that here";
const QUESTION = 'The agent asks: "How should the parts be joined?"';

describe('a team in Slack', () => {
  let world: SlackWorld;
  beforeAll(ensureBuilt, 120_000);
  afterEach(() => world.close());

  const open = async (options: Parameters<typeof slackWorld>[0] = {}): Promise<void> => {
    world = await slackWorld(options);
    await world.start();
  };
  const main = (): string => world.repo.git('log', '--format=%s', 'main');

  it('U1 types /ao spawn 1, CI fails and is repaired, U2 may not merge, U1 approves and merges', async () => {
    await open();
    const root = await world.spawned(1);
    expect(steady(readMessageText(await world.privately('U0DANA00', 'sample-1')))).toMatchSnapshot(
      'answer to /ao spawn 1',
    );
    await world.sees(root, 'PR #1 opened');
    const failed = await world.sees(root, '🔴 test failed');
    expect(controlsOf(failed.blocks).map((control) => control.label)).toEqual([
      'Full log',
      'Rerun checks',
      'Stop',
    ]);
    await world.sees(root, 'Checks pass on', 40_000);
    await until(() => readMessageText(root).startsWith('👀'), {
      what: 'the card to ask for a review',
    });
    await world.dana.presses(root, 'Approve');
    const card = await world.sees(root, '[Approve & merge]');

    await world.lee.presses(card, 'Approve & merge');
    expect(steady(readMessageText(await world.privately('U0LEE000', REFUSED)))).toMatchSnapshot(
      'U2 presses Approve & merge',
    );
    expect(main()).not.toContain('Support weeks');

    await world.dana.presses(card, 'Approve & merge');
    await until(() => /^🟣[\s\S]*worktree removed/.test(readMessageText(root)), {
      what: 'the final card',
      timeoutMs: 20_000,
    });
    expect(main()).toContain('Support weeks');
    await world.sees(root, 'All sessions of sample have ended.');
    expect(
      world
        .thread(root)
        .map((message) => steady(readMessageText(message)))
        .join('\n\n'),
    ).toMatchSnapshot('the thread at the end');
    expect(root.edits).toBeLessThan(25);
    const done = world
      .audit()
      .filter(
        (row) =>
          row.via === 'slack' &&
          (row.allowed === 0 || ['command', 'click', 'spawn', 'merge'].includes(row.action)),
      )
      .map(
        (row) =>
          `${row.subject.split(':')[2]} ${row.action} ${row.allowed === 1 ? 'allowed' : 'refused'}`,
      );
    expect(done).toEqual([
      'U0DANA00 command allowed',
      'U0DANA00 spawn allowed',
      'U0DANA00 click allowed',
      'U0LEE000 click refused',
      'U0DANA00 click allowed',
      'U0DANA00 merge allowed',
    ]);
  }, 120_000);

  it('what Slack refuses is told in the web chat, and everything else goes on', async () => {
    await open(PUPPET);
    await world.slack.connected();
    await world.dana.types(CHANNEL, '/ao spawn "do: ask"');
    const root = await until(() => world.roots()[0], { what: 'the card' });
    await world.sees(root, 'Which way?');
    const dev = world.slack.workspace.channels.get(CHANNEL);
    if (dev === undefined) throw new Error('the channel is gone');
    const told = (words: string): Promise<unknown> =>
      until(async () => (await world.webChannel('general')).includes(words), {
        what: `the web chat to tell ${words}`,
        timeoutMs: 20_000,
      });

    dev.archived = true;
    await world.dana.types('C0OTHER0', '/ao answer sample-1 left');
    await world.privately('U0DANA00', 'sample-1 has your answer');
    await told('is_archived');
    dev.archived = false;
    await world.dana.says(CHANNEL, 'Back again', { thread: root.ts });
    await world.sees(root, 'I have it: Back again');

    dev.members.delete(BOT_USER);
    await world.dana.types('C0OTHER0', '/ao send sample-1 "Without you"');
    await told('not_in_channel');
    dev.members.add(BOT_USER);
    world.slack.scopes.delete('reactions:write');
    await world.dana.says(CHANNEL, 'Without a receipt', { thread: root.ts });
    await world.sees(root, 'I have it: Without a receipt');
    await told('missing_scope');
    world.slack.tokens.bot = 'xoxb-another';
    await world.app().commands.send(world.app().admin, 'sample-1', {
      text: 'Without a token',
      files: [],
      now: false,
      source: null,
      key: 'k',
    });
    await told('token_revoked');
    await until(async () => (await world.webChannel('sample')).includes('sample-1'), {
      what: 'the web chat to go on',
    });
  }, 60_000);

  it('U1 answers a question with a button, U2 may not, and the card says who did', async () => {
    await open();
    const root = await world.spawned(2);
    const question = await world.sees(root, QUESTION);
    expect(steady(readMessageText(question))).toMatchSnapshot('a question');
    await world.lee.presses(question, '2 hours, 5 minutes');
    await world.privately('U0LEE000', REFUSED);
    expect(readMessageText(question)).toContain('[2 hours, 5 minutes]');
    await world.dana.presses(question, '2 hours, 5 minutes');
    await until(() => readMessageText(question).includes('by @dana'), {
      what: 'the card to name who answered',
    });
    expect(steady(readMessageText(question))).toMatchSnapshot('an answered question');
    await world.sees(root, 'PR #1 opened');
  }, 60_000);

  it('U1 answers in their own words by a form', async () => {
    await open();
    const root = await world.spawned(2);
    const question = await world.sees(root, QUESTION);
    await world.dana.presses(question, 'Other…');
    const form = await until(() => world.slack.workspace.forms.get('U0DANA00'), {
      what: 'the form',
    });
    expect((form.blocks as Parameters<typeof readBlock>[0][]).map(readBlock)).toEqual([
      'Your answer: ____',
    ]);
    await world.dana.submits({ text: 'plus' });
    await until(() => readMessageText(question).includes('plus'), {
      what: 'the answer on the card',
    });
  }, 60_000);

  it('replies are steers with receipts; U2 gets a refusal; other threads are nobody’s business', async () => {
    await open();
    const root = await world.spawned(2);
    await world.sees(root, QUESTION);
    const reply = await world.dana.says(CHANNEL, 'Keep the <old> API & its tests.', {
      thread: root.ts,
    });
    const own = (message: FakeMessage): readonly string[] =>
      message.reactions
        .filter((reaction) => reaction.users.includes(BOT_USER))
        .map((reaction) => reaction.name);
    await until(() => own(reply).includes('eyes'), { what: 'the 👀' });
    await world.sees(root, '[Send instead as the answer]');
    await world.dana.edits(reply, 'Keep the old API.');
    const session = (): string => JSON.stringify(world.app().reader.sessions({})[0]?.steers);
    await until(() => session().includes('"Keep the old API."'), {
      what: 'the edited message in the queue',
    });
    await world.dana.deletes(reply);
    await until(() => !session().includes('Keep the old API'), { what: 'the queue to be empty' });

    const foreign = await world.lee.says(CHANNEL, 'Me too.', { thread: root.ts });
    await world.privately('U0LEE000', REFUSED);
    await until(() => own(foreign).includes('warning'), { what: 'the ⚠️' });
    const other = await world.lee.says(CHANNEL, 'Lunch?');
    await world.lee.says(CHANNEL, '!important: pizza', { thread: other.ts });
    expect(
      world.slack.workspace.messages.filter((message) => message.ephemeralFor === 'U0LEE000'),
    ).toHaveLength(1);
    await world.dana.presses(await world.sees(root, QUESTION), '2 hours, 5 minutes');
    const file = await world.dana.says(CHANNEL, 'See the picture.', {
      thread: root.ts,
      files: [{ name: 'login page.png', content: 'PNG' }],
    });
    await until(() => own(file).includes('white_check_mark'), {
      what: 'the ✅',
      timeoutMs: 20_000,
    });
  }, 60_000);

  it('commands by mention, !verb, direct message, form and shortcut', async () => {
    await open();
    const { slack, dana } = world;
    await slack.connected();
    await dana.says(CHANNEL, `<@${BOT_USER}> status`);
    await world.privately('U0DANA00', 'No sessions.');
    await dana.says(slack.workspace.directChannel('U0DANA00').id, 'projects');
    await world.privately('U0DANA00', 'Sample project');
    await dana.types(CHANNEL, '/ao spwan 1');
    expect(readMessageText(await world.privately('U0DANA00', 'spwan'))).toMatchSnapshot(
      'a typing error',
    );
    await dana.types(CHANNEL, '/ao help');
    await world.privately('U0DANA00', 'spawn');

    await dana.types(CHANNEL, '/ao spawn');
    const form = await until(() => slack.workspace.forms.get('U0DANA00'), { what: 'the form' });
    expect(
      (form.blocks as Parameters<typeof readBlock>[0][]).map(readBlock).join('\n'),
    ).toMatchSnapshot('the form of /ao spawn');
    const acked = await dana.submits({});
    expect(acked.payload).toEqual({
      response_action: 'errors',
      errors: { text: 'Choose an issue, or say in words what to do.' },
    });
    await dana.submits({ issue: '2' });
    const root = await until(() => world.roots().find((message) => message.user === BOT_USER), {
      what: 'the card',
    });
    await world.sees(root, QUESTION);
    await dana.says(CHANNEL, '!show', { thread: root.ts });
    expect(
      steady(readMessageText(await world.privately('U0DANA00', 'Permissions'))),
    ).toMatchSnapshot('!show in the thread');
    await dana.says(CHANNEL, '!kill', { thread: root.ts });
    await until(() => readMessageText(root).startsWith('⛔'), { what: 'the card to say killed' });

    const message = await world.lee.says(CHANNEL, 'Durations such as 5 apples are not refused.');
    await dana.usesShortcut(message);
    const second = await until(() => slack.workspace.forms.get('U0DANA00'), {
      what: 'the second form',
    });
    expect(JSON.stringify(second)).toContain('Durations such as 5 apples');
  }, 60_000);

  it('the Home tab shows what waits, the sessions and the cost; its buttons work', async () => {
    await open();
    const root = await world.spawned(2);
    const question = await world.sees(root, QUESTION);
    await world.dana.opensHome();
    const home = (): string =>
      (
        (world.slack.workspace.homes.get('U0DANA00')?.blocks ?? []) as Parameters<
          typeof readBlock
        >[0][]
      )
        .map(readBlock)
        .join('\n');
    await until(() => home().includes('Cost this month'), { what: 'the Home tab' });
    expect(steady(home())).toMatchSnapshot('the Home tab');
    await world.dana.presses(null, '2 hours, 5 minutes');
    await until(() => readMessageText(question).includes('by @dana'), { what: 'the answer' });
    await world.lee.opensHome();
    const other = await until(() => world.slack.workspace.homes.get('U0LEE000'), {
      what: 'the other Home tab',
    });
    expect(JSON.stringify(other)).not.toContain('sample-1');
  }, 60_000);

  it('guests, other teams and shared channels are refused', async () => {
    await open();
    const root = await world.spawned(2);
    const question = await world.sees(root, QUESTION);
    const { personAt } = await import('../fakes/slack/person.ts');
    for (const stranger of ['U0GUEST0', 'U0OTHER0']) {
      await personAt(world.slack, stranger).presses(question, '2 hours, 5 minutes');
      expect(readMessageText(await world.privately(stranger, 'outside'))).toBe(
        "People from outside the team can't use ao here.",
      );
    }
    await personAt(world.slack, 'U0ROBOT0').says(CHANNEL, 'I am a robot', { thread: root.ts });
    const shared = world.slack.workspace.channels.get('C0OTHER0');
    if (shared !== undefined) shared.shared = true;
    await world.dana.types('C0OTHER0', '/ao status');
    await world.privately('U0DANA00', 'outside');
    expect(readMessageText(question)).toContain('[2 hours, 5 minutes]');
    expect(
      world
        .app()
        .reader.sessions({})[0]
        ?.steers.filter((steer) => steer.kind === 'human'),
    ).toEqual([]);
  }, 60_000);

  it('roles by user group count at once', async () => {
    await open({ more: { access: { groups: { 'slack:T024BE7LD:S0LEADS0': ['member'] } } } });
    world.slack.workspace.groups.set('S0LEADS0', {
      id: 'S0LEADS0',
      handle: 'leads',
      users: ['U0DANA00'],
    });
    await world.slack.connected();
    await world.lee.types(CHANNEL, '/ao status');
    await world.privately('U0LEE000', REFUSED);
    await world.dana.types(CHANNEL, '/ao status');
    await world.privately('U0DANA00', 'No sessions.');
    world.slack.workspace.groups.set('S0LEADS0', {
      id: 'S0LEADS0',
      handle: 'leads',
      users: ['U0LEE000'],
    });
    await world.slack.event({
      type: 'subteam_members_changed',
      subteam_id: 'S0LEADS0',
      event_ts: '1.1',
    });
    await world.lee.types(CHANNEL, '/ao status');
    await world.privately('U0LEE000', 'No sessions.');
  }, 30_000);

  it('a restart repeats no post, and a redelivery after it does nothing', async () => {
    await open();
    const root = await world.spawned(2);
    await world.sees(root, QUESTION);
    const own = (message: FakeMessage): boolean =>
      message.reactions.some((reaction) => reaction.users.includes(BOT_USER));
    const reply = await world.dana.says(CHANNEL, 'Keep it small.', {
      thread: root.ts,
      delivery: 'EvREPLY',
    });
    await until(() => own(reply), { what: 'the receipt' });
    await world.stop();
    await world.start();
    await world.slack.connected();
    await world.dana.says(CHANNEL, 'Keep it small.', { thread: root.ts, delivery: 'EvREPLY' });
    await world.dana.says(CHANNEL, '!status', { thread: root.ts });
    await world.privately('U0DANA00', '1 session');
    expect(
      world
        .app()
        .reader.sessions({})[0]
        ?.steers.filter((steer) => steer.text === 'Keep it small.'),
    ).toHaveLength(1);
    expect(world.roots().filter((message) => message.user === BOT_USER)).toHaveLength(1);
    const keys = world
      .thread(root)
      .flatMap((message) =>
        message.metadata === undefined ? [] : [JSON.stringify(message.metadata)],
      );
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(keys.length);
  }, 60_000);

  it('a bot that starts with a bad token runs and tells it in the web chat', async () => {
    world = await slackWorld();
    world.slack.tokens.bot = 'xoxb-another';
    await world.start();
    const { commands, reader, admin } = world.app();
    const spawned = await commands.spawn(admin, {
      project: 'sample',
      issues: ['2'],
      text: null,
      agent: null,
      model: null,
      base: null,
      prompt: null,
      plan: false,
      again: false,
      key: 'k',
      channel: null,
    } as unknown as Parameters<typeof commands.spawn>[1]);
    expect(spawned.ok).toBe(true);
    await until(() => reader.sessions({})[0]?.openRequests.length === 1, {
      what: 'the agent to work without Slack',
      timeoutMs: 20_000,
    });
    await until(
      async () =>
        (await world.webChannel('general')).includes(
          'slack does not show everything: Slack refused chat.postMessage (token_revoked)',
        ),
      {
        what: 'the web chat to tell it',
      },
    );
    expect(world.logged.some((line) => line.message.includes('auth.test (token_revoked)'))).toBe(
      true,
    );
  }, 40_000);
});
