import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PermissionMode } from '../../src/domain/session/session.ts';
import { messagePrint } from '../../src/lib/message-text.ts';
import type { AgentWorld } from '../support/agent-world.ts';
import { hostileConversations } from '../support/hostile-messages.ts';

/** How the agents differ where the contract leaves them free. */
export interface AgentTraits {
  /** Script line that makes the agent ask a question with the options Red and Blue. Null: it can't ask. */
  readonly question: string | null;
  /** The agent tells prices itself or its model is in the price table. */
  readonly priced: boolean;
  /** A script line that makes this agent ask for permission in mode `default`. */
  readonly guarded: (file: string) => string;
  /** A script line that runs a command for which this agent asks in mode `auto-edit`. Absent: it can't be played. */
  readonly runs?: (command: string) => string;
  /** The permission dialog on the screen; Enter allows. */
  readonly dialog: RegExp;
  /** Keys that allow, where it is not Enter alone. */
  readonly allowKeys?: readonly string[];
  /** Ids of the agent's own options, where they are not `allow` and `deny`. */
  readonly allow?: string;
  readonly deny?: string;
  /** Mode in which it asks, where it has no `default`. */
  readonly asksIn?: PermissionMode;
  /** Output tokens it tells of a turn of two answers; each has 50. */
  readonly firstTurnOutput?: number;
  /** `timed`: a usage limit is told with its end. Absent: it can't be played here. */
  readonly limit?: 'timed' | 'untimed';
  /** Commits its edits without being told. */
  readonly commitsItself?: boolean;
}

/**
 * What every coding CLI has to do behind the agent contract, played against one real process in a real terminal.
 * Prompts are scripts (`test/fakes/models/script.ts`): the fake model, or the fake agent itself, does what they say.
 */
export function describeAgentCli(
  name: string,
  openWorld: () => AgentWorld | Promise<AgentWorld>,
  traits: AgentTraits,
): void {
  describe(name, () => {
    let opened: AgentWorld | null = null;
    const open = async (): Promise<AgentWorld> => {
      opened = await openWorld();
      return opened;
    };
    afterEach(async () => {
      await opened?.close();
      opened = null;
    });

    it('takes the first prompt, edits, commits, and ends the turn with its last message', async () => {
      const world = await open();
      const prompt = `Make a file.\nWRITE: made.txt | made by the agent\n${traits.commitsItself === true ? '' : 'RUN: git add made.txt && git commit -qm made'}\nSAY: All **done** ${randomUUID()}.`;
      await world.launch({ prompt });
      await world.waitFor('acceptance', () => world.accepted(prompt));
      const ready = await world.untilState('ready', (event) => event.lastMessage !== null);
      expect(ready.lastMessage).toMatch(/^All \*\*done\*\*/);
      expect(world.git('show', '--name-only', '--format=%s').trim().split('\n')).toEqual([
        traits.commitsItself === true ? expect.any(String) : 'made',
        '',
        'made.txt',
      ]);
      expect(world.git('status', '--porcelain')).toBe('');
      expect(world.ofType('tool').length).toBeGreaterThanOrEqual(2);
      expect(
        world.ofType('agent_session').length + (world.plan?.agentSession === null ? 0 : 1),
      ).toBeGreaterThanOrEqual(1);
    });

    it.each(hostileConversations().map((texts, at) => [at + 1, texts] as const))(
      'takes every text exactly once, whatever is in it (%i)',
      {
        timeout: 120_000,
      },
      async (_part, texts) => {
        const world = await open();
        await world.launch({ prompt: 'SAY: hello' });
        await world.untilState('ready', (event) => event.lastMessage === 'hello');
        for (const text of texts) {
          const before = world.ofType('prompt_accepted').length;
          await world.deliver(text);
          // The same words may have been taken before.
          await world.waitFor(
            `acceptance of ${text.slice(0, 40)}`,
            () => world.ofType('prompt_accepted').length > before,
          );
          // In doubt after a crash it is found, not typed again.
          expect(await world.watch.deliver(text, { attempt: 2, inDoubt: true }), text).toEqual({
            type: 'typed',
            accepted: true,
          });
          await world.untilState('ready');
          expect(
            world
              .ofType('prompt_accepted')
              .slice(before)
              .map(({ text: taken }) => messagePrint(taken)),
          ).toEqual([messagePrint(text)]);
        }
      },
    );

    it.each([
      ['a slash command', '/help me\nSAY: one'],
      ['a shell line', '!touch pwned\nSAY: one'],
      ['an option', '--version\nSAY: one'],
    ])('takes a first prompt that looks like %s as words', async (_what, prompt) => {
      const world = await open();
      await world.launch({ prompt });
      await world.waitFor('acceptance', () => world.accepted(prompt));
      expect(
        (await world.untilState('ready', (event) => event.lastMessage !== null)).lastMessage,
      ).toBe('one');
      expect(existsSync(join(world.repo, 'pwned'))).toBe(false);
    });

    it('takes steers exactly: 15 KB of lines, leading / and !, a last backslash, words that end programs', async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: hello' });
      await world.untilState('ready', (event) => event.lastMessage === 'hello');
      const long = `${Array.from({ length: 260 }, (_, n) => `${n} ${'ä "quoted" $HOME `x` '.repeat(3)}`.trim()).join('\n')}\nSAY: long`;
      for (const text of [
        long,
        '/status is a word\nSAY: slash',
        '!touch pwned\nSAY: bang',
        'ends with a backslash \\',
        'exit',
        'quit',
      ]) {
        await world.deliver(text);
        await world.untilState('ready', (event) => event.lastMessage !== null);
      }
      expect(Buffer.byteLength(long)).toBeGreaterThan(15_000);
      expect(existsSync(join(world.repo, 'pwned'))).toBe(false);
      expect(await world.terminal.exitCode()).toBeNull();
    });

    it('takes a steer while it works', async () => {
      const world = await open();
      await world.launch({ prompt: 'SLEEP: 1500\nRUN: echo busy\nSAY: first' });
      await world.untilState('active');
      await world.waitFor(
        'delivery',
        async () =>
          (await world.watch.deliver('SAY: second', { attempt: 1, inDoubt: false })).type ===
          'typed',
      );
      await world.waitFor('acceptance', () => world.accepted('SAY: second'));
      await world.untilState('ready', (event) => event.lastMessage !== null);
    });

    it('asks for permission, refuses text meanwhile, and does what was answered from outside', async () => {
      const world = await open();
      await world.launch({
        prompt: `${traits.guarded('allowed.txt')}\nSAY: after`,
        permissions: traits.asksIn ?? 'default',
      });
      const opened = await world.waitFor('a request', () => world.ofType('request_opened')[0]);
      expect(opened.request).toMatchObject({ kind: 'permission', answer: null });
      expect(opened.request.text).toContain('allowed.txt');
      await world.untilState('waiting_input');
      expect(
        await world.watch.deliver('SAY: do not run this please', { attempt: 1, inDoubt: false }),
      ).toMatchObject({ type: 'deferred' });
      expect(existsSync(join(world.repo, 'allowed.txt'))).toBe(false);
      await world.watch.answer(opened.request.id, { option: traits.allow ?? 'allow', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
      expect(existsSync(join(world.repo, 'allowed.txt'))).toBe(true);
      expect(world.ofType('request_closed')[0]).toMatchObject({ request: opened.request.id });
      await expect(
        world.watch.answer(opened.request.id, { option: traits.allow ?? 'allow', text: null }),
      ).rejects.toMatchObject({ kind: 'rejected' });
    });

    const { runs } = traits;
    if (runs !== undefined)
      it("runs ao's own commands without asking anybody, and asks for what only begins like one", async () => {
        const world = await open();
        const more = 'ao report done "it works"; touch more.txt';
        await world.launch({
          prompt: [
            runs('ao report done "it works"'),
            runs('ao pr create --title "feat: x" --body "what & why"'),
            runs(more),
            'SAY: after',
          ].join('\n'),
          permissions: 'auto-edit',
        });
        const opened = await world.waitFor('a request', () => world.ofType('request_opened')[0]);
        expect(opened.request.text).toContain('touch more.txt');
        expect(world.ownCommands).toEqual([
          'report|done|it works|',
          'pr|create|--title|feat: x|--body|what & why|',
        ]);
        await world.watch.answer(opened.request.id, { option: traits.deny ?? 'deny', text: null });
        await world.untilState('ready');
        expect(existsSync(join(world.repo, 'more.txt'))).toBe(false);
        expect(world.ofType('request_opened')).toHaveLength(1);
      });

    it('does not do what was denied', async () => {
      const world = await open();
      await world.launch({
        prompt: `${traits.guarded('denied.txt')}\nSAY: after`,
        permissions: traits.asksIn ?? 'default',
      });
      const opened = await world.waitFor('a request', () => world.ofType('request_opened')[0]);
      await world.watch.answer(opened.request.id, { option: traits.deny ?? 'deny', text: null });
      await world.untilState('ready');
      expect(existsSync(join(world.repo, 'denied.txt'))).toBe(false);
    });

    it('closes a request that somebody answered in the terminal', async () => {
      const world = await open();
      await world.launch({
        prompt: `${traits.guarded('typed.txt')}\nSAY: after`,
        permissions: traits.asksIn ?? 'default',
      });
      const opened = await world.waitFor('a request', () => world.ofType('request_opened')[0]);
      // Some programs ignore keys for a moment after a dialog came up; a person presses again.
      await world.waitFor('the request to close', async () => {
        if (traits.dialog.test(await world.terminal.capture(40)))
          await world.terminal.keys(traits.allowKeys ?? ['Enter']);
        return world.ofType('request_closed').some((event) => event.request === opened.request.id);
      });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
      expect(existsSync(join(world.repo, 'typed.txt'))).toBe(true);
    });

    it('answers a request that opened before the bot was restarted', async () => {
      const world = await open();
      await world.launch({
        prompt: `${traits.guarded('late.txt')}\nSAY: after`,
        permissions: traits.asksIn ?? 'default',
      });
      const before = await world.waitFor('a request', () => world.ofType('request_opened')[0]);
      await world.untilState('waiting_input');
      world.stopBot();
      world.startBot();
      await world.untilState('waiting_input');
      const again = await world.waitFor(
        'the request again',
        () => world.ofType('request_opened')[0],
      );
      // Its card is there already.
      expect(again.request.id).toBe(before.request.id);
      await world.watch.answer(again.request.id, { option: traits.allow ?? 'allow', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
      expect(existsSync(join(world.repo, 'late.txt'))).toBe(true);
    });

    it('asks its question with its options and takes the answer', async () => {
      const world = await open();
      if (traits.question === null) return expect(traits.question).toBeNull();
      await world.launch({ prompt: `${traits.question}\nSAY: thanks` });
      const opened = await world.waitFor('a question', () => world.ofType('request_opened')[0]);
      expect(opened.request.kind).toBe('question');
      expect(opened.request.options.map((option) => option.label)).toEqual(['Red', 'Blue']);
      await world.untilState('waiting_input');
      await world.watch.answer(opened.request.id, {
        option: opened.request.options[1]?.id ?? '',
        text: null,
      });
      await world.untilState('ready', (event) => event.lastMessage === 'thanks');
    });

    it('is interrupted, says so, and takes the next message as it is', async () => {
      const world = await open();
      await world.launch({ prompt: 'SLEEP: 60000\nSAY: never' });
      await world.untilState('active');
      await world.waitFor('acceptance', () => world.accepted('SLEEP: 60000\nSAY: never'));
      await world.watch.interrupt();
      await world.untilState('ready', (event) => event.fact.detail === 'interrupted');
      await world.watch.interrupt();
      await world.deliver('SAY: next');
      await world.untilState('ready', (event) => event.lastMessage === 'next');
    });

    it.each([
      ['before its first word', 'SLEEP: 60000\nSAY: never'],
      ['after a tool', 'RUN: echo one\nSLEEP: 60000\nSAY: never'],
    ])('takes a message right behind an interrupt %s at the first try', async (when, prompt) => {
      const world = await open();
      await world.launch({ prompt });
      await world.waitFor('acceptance', () => world.accepted(prompt));
      if (when === 'after a tool')
        await world.waitFor('the tool', () => world.ofType('tool').length > 0);
      await world.untilState('active');
      await world.watch.interrupt();
      expect(await world.watch.deliver('SAY: now', { attempt: 1, inDoubt: false })).toMatchObject({
        type: 'typed',
      });
      await world.untilState('ready', (event) => event.lastMessage === 'now');
      expect(world.ofType('prompt_accepted').map(({ text }) => text)).toEqual([prompt, 'SAY: now']);
    });

    it('shows an error of the model as blocked, and works again after the next message', async () => {
      const world = await open();
      await world.launch({ prompt: 'ERROR: 400 the model is unhappy' });
      const blocked = await world.untilState('blocked');
      expect(blocked.fact.detail).toContain('the model is unhappy');
      await world.deliver('SAY: fine again');
      await world.untilState('ready', (event) => event.lastMessage === 'fine again');
    });

    if (traits.limit !== undefined)
      it('tells a usage limit from an error, and goes on after it', async () => {
        const world = await open();
        const resetAt = Math.ceil(Date.now() / 60_000) * 60_000 + 90 * 60_000;
        await world.launch({ prompt: `LIMIT: ${resetAt / 1000}` });
        const limited = await world.untilState('limited');
        expect(limited.fact.resetAt).toBe(traits.limit === 'timed' ? resetAt : null);
        await world.deliver('SAY: on again');
        await world.untilState('ready', (event) => event.lastMessage === 'on again');
      });

    it('goes on with the same conversation after a crash', async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: before the crash' });
      await world.untilState('ready', (event) => event.lastMessage !== null);
      const conversation = world.plan?.agentSession ?? world.ofType('agent_session')[0]?.id;
      // Programs write it down a moment late.
      await world.waitFor('the conversation to be kept', () => world.isConversationKept());
      world.crash();
      await world.waitFor('the exit', async () => (await world.terminal.exitCode()) !== null);
      await world.launch({ prompt: 'SAY: after the crash', resume: true });
      await world.waitFor('acceptance', () => world.accepted('SAY: after the crash'));
      await world.untilState('ready', (event) => event.lastMessage === 'after the crash');
      expect(world.plan?.argv).toContain(conversation);
    });

    it('tells what happened while the bot was away, and does not repeat a message in doubt', async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: hello' });
      await world.untilState('ready', (event) => event.lastMessage === 'hello');
      await world.watch.deliver('SLEEP: 300\nSAY: while away', { attempt: 1, inDoubt: false });
      // A program that is quick has taken it before the bot is gone.
      const told = world.accepted('SLEEP: 300\nSAY: while away');
      world.stopBot();
      await world.waitFor('the screen', async () =>
        /^(?!.*SAY:).*while away/m.test(await world.terminal.capture(40)),
      );
      world.startBot();
      await world.untilState('ready', (event) => event.lastMessage === 'while away');
      await world.waitFor(
        'the acceptance, told late',
        () => told || world.accepted('SLEEP: 300\nSAY: while away'),
      );
      expect(
        await world.watch.deliver('SLEEP: 300\nSAY: while away', { attempt: 1, inDoubt: true }),
      ).toEqual({ type: 'typed', accepted: true });
    });

    it('counts usage once, over resumes', async () => {
      const world = await open();
      const firstTurn = traits.firstTurnOutput ?? 100;
      await world.launch({ prompt: 'RUN: echo one\nSAY: counted' });
      await world.untilState('ready', (event) => event.lastMessage === 'counted');
      const first = await world.waitFor('usage of two answers', () =>
        world
          .ofType('usage')
          .at(-1)
          ?.models.find((model) => model.outputTokens === firstTurn),
      );
      expect(first.inputTokens).toBeGreaterThan(0);
      if (traits.priced) expect(first.usd).toBeGreaterThan(0);
      else expect(first.usd).toBeNull();
      await world.launch({ prompt: 'SAY: again', resume: true });
      await world.untilState('ready', (event) => event.lastMessage === 'again');
      await world.waitFor(
        'usage of three answers',
        () => world.ofType('usage').at(-1)?.models[0]?.outputTokens === firstTurn + 50,
      );
      world.stopBot();
      world.startBot();
      await world.deliver('SAY: more');
      await world.waitFor(
        'usage of four answers',
        () => world.ofType('usage').at(-1)?.models[0]?.outputTokens === firstTurn + 100,
      );
    });

    it("leaves the user's files and the repository alone", async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: clean', rules: 'Be kind.' });
      await world.untilState('ready', (event) => event.lastMessage === 'clean');
      expect(world.git('status', '--porcelain', '--ignored')).toBe('');
      expect(readFileSync(join(world.repo, 'README.md'), 'utf8')).toBe('hello\n');
    });
  });
}
