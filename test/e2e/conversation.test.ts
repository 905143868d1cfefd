import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SteerView } from '../../src/commands/views.ts';
import { ensureBuilt } from '../support/built.ts';
import { discordTeam } from '../support/discord-team.ts';
import { slackTeam } from '../support/slack-team.ts';
import {
  becomes,
  card,
  hears,
  PUPPET,
  type Shown,
  sees,
  type Team,
  type TeamOptions,
} from '../support/team.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';

const PLATFORMS: ReadonlyArray<
  readonly [name: string, open: (options?: TeamOptions) => Promise<Team>]
> = [
  ['web', webTeam],
  ['slack', slackTeam],
  ['discord', (options) => discordTeam(options)],
];

describe.each(PLATFORMS)('people and an agent talk on %s', (name, openTeam) => {
  let team: Team;
  beforeAll(ensureBuilt, 120_000);
  afterEach(() => team.close());

  const open = async (first: string, more: TeamOptions['more'] = {}): Promise<void> => {
    team = await openTeam({ ...PUPPET, more: { ...PUPPET.more, ...more } });
    await team.types(`/ao spawn "do: ${first}"`);
    await until(async () => (await team.thread()).length > 0, {
      what: 'the thread',
      timeoutMs: 20_000,
    });
  };
  /** The newest open card with these buttons. */
  const asks = (...labels: string[]): Promise<Shown> =>
    until(
      async () =>
        (await team.thread()).findLast((message) => message.buttons.join() === labels.join()),
      {
        what: `a card with ${labels.join(', ')}`,
        timeoutMs: 30_000,
      },
    );
  const answered = (question: Shown, words: string): Promise<Shown> =>
    becomes(
      team,
      question,
      (now) => now.buttons.length === 0 && now.text.includes(words),
      `the card to say ${words}`,
    );
  const gets = async (message: string, receipt: string): Promise<void> =>
    void (await until(async () => (await team.receipt(message)) === receipt, {
      what: `the ${receipt}`,
      timeoutMs: 30_000,
    }));
  const steers = (): readonly SteerView[] =>
    (team.bot.app().reader.sessions({ all: true })[0]?.steers ?? []).filter(
      (steer) => steer.kind === 'human',
    );
  const heard = (words: string): Promise<Shown> => sees(team, `I heard: ${words}`);

  /** Presses Approve on the card once it shows the newest commit. */
  const approves = async (): Promise<void> => {
    const head = (): string => team.bot.repo.git('rev-parse', '--short=7', 'feat/do-commit');
    const shown = await until(
      async () => {
        const now = await card(team);
        return now.text.startsWith('👀') && now.text.includes(head()) ? now : null;
      },
      { what: 'the card to ask for a review of the newest commit', timeoutMs: 30_000 },
    );
    await team.presses(shown, 'Approve');
  };

  it('presses Allow once, Allow always and Deny; answers in the terminal and in own words, goes on after the end', async () => {
    await open('permit');
    const first = await asks('Allow once', 'Allow always', 'Deny');
    expect(first.text).toContain('npm ci');
    await team.presses(first, 'Allow once');
    await answered(first, '"Allow once" by @');
    await heard('Allow once');
    for (const label of ['Allow always', 'Deny']) {
      await team.says('do: permit');
      const next = await asks('Allow once', 'Allow always', 'Deny');
      await team.presses(next, label);
      await answered(next, `"${label}" by @`);
      await heard(label);
    }
    await team.says('do: permit');
    const inTerminal = await asks('Allow once', 'Allow always', 'Deny');
    team.bot.keys('sample-1', '3');
    await answered(inTerminal, 'Answered in the terminal');
    await team.says('do: ask');
    const question = await asks('Left', 'Right', 'Other…');
    await team.presses(question, 'Other…');
    await team.submits({ text: 'Straight on' });
    await answered(question, '"Straight on" by @');
    await heard('Straight on');
    // Whoever comes late is told who was faster.
    await team.says('do: speak long');
    const speech = await sees(team, 'At length');
    expect(speech.text).toContain('is in the file');
    await until(
      async () => (await team.thread()).flatMap((message) => message.files).includes('agent.md'),
      { what: 'the file' },
    );

    await team.says('!kill');
    await until(async () => /^⛔[\s\S]*worktree removed/.test((await card(team)).text), {
      what: 'the final card',
      timeoutMs: 30_000,
    });
    await team.says('do: permit');
    const offer = await hears(team, 'is over');
    expect(offer.buttons).toEqual(['Resume with this message']);
    await team.presses(offer, 'Resume with this message');
    await asks('Allow once', 'Allow always', 'Deny');
  }, 120_000);

  it('keeps a queue: Remove, Send now, edit, delete, !now, and files', async () => {
    await open('work');
    await until(async () => (await card(team)).text.startsWith('🔨'), {
      what: 'the agent to work',
      timeoutMs: 20_000,
    });
    const one = await team.says('First thing');
    await gets(one, '👀');
    const waiting = await asks('Send now', 'Remove');
    expect(waiting.text).toContain('Queued, 1st in line');
    await team.edits(one, 'First thing, changed');
    await until(() => steers()[0]?.text === 'First thing, changed', {
      what: 'the queue to be edited',
    });
    await team.presses(waiting, 'Remove');
    await becomes(
      team,
      waiting,
      (now) => now.buttons.length === 0 && now.text.includes('took a message back'),
      'the buttons to go',
    );
    await until(async () => (await team.receipt(one)) === null, { what: 'the receipt to go' });

    const two = await team.says('Second thing');
    await until(() => steers().length === 1, { what: 'the queue' });
    await asks('Send now', 'Remove');
    await team.deletes(two);
    await until(() => steers().length === 0, { what: 'the queue to be empty' });
    await until(
      async () => (await team.thread()).every((message) => !message.buttons.includes('Send now')),
      { what: 'the buttons of it to go' },
    );

    const three = await team.says('Third thing');
    const now = await asks('Send now', 'Remove');
    await team.presses(now, 'Send now');
    await gets(three, '✅');
    await becomes(
      team,
      now,
      (shown) => shown.buttons.length === 0 && shown.text.includes('The agent has it'),
      'the post to say so',
    );
    await sees(team, 'I have it: Third thing');
    await team.edits(three, 'Too late for this');
    await hears(team, 'Too late');

    await gets(await team.says('do: work'), '✅');
    await team.says('!now Fourth thing');
    await sees(team, 'I have it: Fourth thing');

    if (!team.takesFiles) return;
    await gets(
      await team.says('See the picture.', [{ name: 'login page.png', content: 'PNG' }]),
      '✅',
    );
    const inbox = join(team.bot.dataDir, 'files', 'sample-1');
    await until(() => existsSync(inbox) && readdirSync(inbox).length === 1, { what: 'the file' });
    const [file = ''] = readdirSync(inbox);
    expect(readFileSync(join(inbox, file), 'utf8')).toBe('PNG');
    await sees(team, file);
  }, 120_000);

  it('chooses from a menu when a name could mean several', async () => {
    await open('ask');
    await asks('Left', 'Right', 'Other…');
    await team.types('/ao spawn "do: ask, too"');
    await until(() => team.bot.app().reader.sessions({}).length === 2, {
      what: 'the second session',
    });
    await team.types('/ao kill sample');
    const menu = await hears(team, 'sample');
    await team.chooses(menu, 'sample-2');
    const killed = (): string[] =>
      team.bot
        .app()
        .reader.sessions({ all: true })
        .flatMap((session) => (session.outcome?.cause === 'killed' ? [session.id] : []));
    await until(() => killed().length > 0, { what: 'the chosen one to end', timeoutMs: 20_000 });
    expect(killed()).toEqual(['sample-2']);
  }, 60_000);

  const deletedThread = async (): Promise<void> => {
    await open('ask');
    await asks('Left', 'Right', 'Other…');
    if (team.deletesThread === null) throw new Error('nobody can delete a thread here');
    await team.bot.stop();
    team.deletesThread();
    await team.bot.start();
    await sees(team, 'The thread of this session was deleted, so it continues here.');
    expect((await card(team)).text).toContain('sample-1');
    // What is still open is asked again where people can answer it.
    await team.presses(await asks('Left', 'Right', 'Other…'), 'Left');
    // In the middle of the work it is the same, but once is enough.
    await heard('Left');
    expect((await team.thread()).every((message) => !message.buttons.includes('Left'))).toBe(true);
    team.deletesThread();
    // Words of the agent: the card alone could look as it did when it was drawn last, and then nothing is sent.
    await team.types('/ao send sample-1 "do: answer"');
    await until(
      async () => (await team.bot.webChannel('general')).includes('does not show everything'),
      { what: 'the web chat to tell', timeoutMs: 20_000 },
    );
    await expect(team.thread()).rejects.toThrow('no thread is open');
  };
  if (name !== 'web')
    it('a deleted thread is opened again once, with the card and a note', deletedThread, 120_000);

  const pushed = async (): Promise<void> => {
    await open('commit');
    const opened = await sees(team, 'opened: "Some work"');
    expect(opened.buttons).toContain('Approve');
    await until(async () => (await card(team)).buttons.includes('Approve'), {
      what: 'the card to ask for a review',
      timeoutMs: 30_000,
    });
    await team.says('do: commit');
    const greyed = await becomes(
      team,
      opened,
      (now) => !now.buttons.includes('Approve') && now.text.includes('moved on to'),
      'Approve to go',
    );
    expect(greyed.buttons).not.toContain('Request changes…');
    expect(greyed.buttons).toContain('Diff');

    await approves();
    const ready = await asks('Approve & merge', 'Open PR', 'Diff');
    await team.says('do: commit');
    await becomes(
      team,
      ready,
      (now) => now.buttons.length === 0 && now.text.includes('moved on to'),
      'the merge card to be over',
    );
    await approves();
    const again = await asks('Approve & merge', 'Open PR', 'Diff');
    expect(again.id).not.toBe(ready.id);
    await team.presses(again, 'Approve & merge');
    await until(async () => /^🟣[\s\S]*worktree removed/.test((await card(team)).text), {
      what: 'the final card',
      timeoutMs: 30_000,
    });
  };
  // What it edits is chosen in src/chat; that an edit takes buttons away is seen on each platform above.
  if (name === 'web') it('a push takes the buttons of older cards away', pushed, 120_000);
});
