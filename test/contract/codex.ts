import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AgentWorld } from '../support/agent-world.ts';
import { until } from '../support/until.ts';

export const question = (id: string, ...labels: string[]) => ({
  id,
  header: id,
  question: `Which ${id}?`,
  options: labels.map((label) => ({ label, description: `about ${label}` })),
});

/** Script line that makes Codex ask. */
export const codexQuestion = (...questions: ReadonlyArray<ReturnType<typeof question>>): string =>
  `TOOL: request_user_input ${JSON.stringify({ questions })}`;

/** What only Codex does; the fake and the real program are held to the same. */
export function describeCodex(
  name: string,
  openWorld: () => AgentWorld | Promise<AgentWorld>,
): void {
  describe(`${name}: its own ways`, () => {
    let opened: AgentWorld | null = null;
    const asked = async (
      ...questions: ReadonlyArray<ReturnType<typeof question>>
    ): Promise<AgentWorld> => {
      opened = await openWorld();
      await opened.launch({ prompt: `${codexQuestion(...questions)}\nSAY: thanks` });
      await opened.waitFor(
        'the questions',
        () => opened?.ofType('request_opened').length === questions.length,
      );
      return opened;
    };
    const askedTwice = async (): Promise<AgentWorld> => {
      const ask = (file: string) =>
        `TOOL: exec_command {"cmd":"touch ${file}","sandbox_permissions":"require_escalated","justification":"may I"}`;
      const world = await openWorld();
      opened = world;
      await world.launch({
        prompt: `BOTH:\n${ask('a.txt')}\n${ask('b.txt')}\nSAY: both`,
        permissions: 'default',
      });
      await world.waitFor('both requests', () => world.ofType('request_opened').length === 2);
      await world.waitFor('a dialog', async () => /1\. Yes/.test(await world.terminal.capture(40)));
      return world;
    };
    afterEach(async () => {
      await opened?.close();
      opened = null;
    });

    it('counts what its sub-agents used, and stays with its own conversation', async () => {
      opened = await openWorld();
      await opened.launch({ prompt: 'SAY: hello' });
      await opened.untilState('ready', (event) => event.lastMessage === 'hello');
      await opened.deliver(
        'TOOL: multi_agent_v1/spawn_agent {"task_name":"look","message":"SAY: sub"}\nSAY: both',
      );
      await opened.untilState('ready', (event) => event.lastMessage === 'both');
      // Three answers of its own and one of the sub-agent.
      await opened.waitFor(
        'usage of four answers',
        () => opened?.ofType('usage').at(-1)?.models[0]?.outputTokens === 200,
      );
      expect(opened.ofType('agent_session')).toHaveLength(1);
    });

    it('its questions are put one by one and answered together, with words where no option fits', async () => {
      const world = await asked(
        question('colour', 'Red', 'Blue'),
        question('size', 'Small', 'Large'),
        question('shape', 'Round', 'Flat'),
      );
      const [colour, size, shape] = world.ofType('request_opened').map((event) => event.request);
      expect(colour).toMatchObject({
        kind: 'question',
        title: 'colour',
        text: expect.stringContaining('Which colour?'),
        freeText: true,
      });
      await world.watch.answer(colour?.id ?? '', { option: 'Blue', text: null });
      await world.watch.answer(shape?.id ?? '', { option: 'Flat', text: 'but with a\nrim' });
      expect(world.ofType('request_closed').map((event) => event.answer)).toEqual([
        'Blue',
        'Flat: but with a\nrim',
      ]);
      await world.untilState('waiting_input');
      await world.watch.answer(size?.id ?? '', { option: null, text: 'in between' });
      await world.untilState('ready', (event) => event.lastMessage === 'thanks');
      const answers = {
        colour: ['Blue'],
        size: ['None of the above', 'user_note: in between'],
        shape: ['Flat', 'user_note: but with a\nrim'],
      };
      for (const [id, given] of Object.entries(answers))
        expect(world.recordedBelow('codex/sessions')).toContain(
          `${id}\\":{\\"answers\\":${nested(given)}`,
        );
    });

    it('two calls that ask at the same time have a card each, are answered in any order, and text is kept away from both', async () => {
      const world = await askedTwice();
      const [first, second] = world.ofType('request_opened').map((event) => event.request);
      expect([first?.text, second?.text].map((text) => text?.split('\n')[0]).toSorted()).toEqual([
        'touch a.txt',
        'touch b.txt',
      ]);
      await world.watch.answer(second?.id ?? '', { option: 'allow', text: null });
      expect(
        await world.watch.deliver('SAY: not now', { attempt: 1, inDoubt: false }),
      ).toMatchObject({ type: 'deferred' });
      await world.watch.answer(first?.id ?? '', { option: 'allow', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'both');
      expect(['a.txt', 'b.txt'].filter((file) => existsSync(join(world.repo, file)))).toHaveLength(
        2,
      );
      expect(world.ofType('request_closed').map((event) => event.answer)).toEqual([
        'Allow once',
        'Allow once',
      ]);
    });

    it('of two calls that ask at the same time each card follows its own dialog in the terminal, also after a restart of the bot', async () => {
      const world = await askedTwice();
      world.stopBot();
      world.startBot();
      await world.untilState('waiting_input');
      const shown = async (): Promise<string> =>
        [...(await world.terminal.capture(40)).matchAll(/\$ touch (.)\.txt/g)].at(-1)?.[1] ?? '';
      const order: string[] = [];
      for (const closed of [1, 2]) {
        const now = await world.waitFor('a dialog', shown);
        order.push(now);
        // The program ignores keys for a moment after a dialog came up; a person presses again.
        await world.waitFor(`the dialog of ${now} to go`, async () => {
          await world.terminal.keys(['1']);
          return until(async () => (await shown()) !== now, { timeoutMs: 700 }).catch(() => false);
        });
        await world.waitFor(
          `${closed} closed`,
          () => world.ofType('request_closed').length === closed,
        );
      }
      const textOf = (id: string) =>
        world
          .ofType('request_opened')
          .find((event) => event.request.id === id)
          ?.request.text.split('\n')[0];
      expect(world.ofType('request_closed').map((event) => textOf(event.request))).toEqual(
        order.map((name) => `touch ${name}.txt`),
      );
      await world.untilState('ready', (event) => event.lastMessage === 'both');
    });

    it('asks for commands too long for its dialog, and does what was answered', async () => {
      const world = await openWorld();
      opened = world;
      const lines = Array.from({ length: 70 }, (_, n) => `echo line ${n} > /dev/null`).join('\n');
      const words = `echo ${'word '.repeat(400)}> /dev/null`;
      const ask = (cmd: string) =>
        `TOOL: exec_command ${JSON.stringify({ cmd, sandbox_permissions: 'require_escalated', justification: 'may I' })}`;
      await world.launch({
        prompt: `${ask(lines)}\n${ask(words)}\nSAY: done`,
        permissions: 'default',
      });
      for (const count of [1, 2]) {
        const { request } =
          (await world.waitFor(
            `request ${count}`,
            () => world.ofType('request_opened')[count - 1],
          )) ?? {};
        await world.waitFor('its dialog', async () =>
          /1\. Yes/.test(await world.terminal.capture(40)),
        );
        await world.watch.answer(request?.id ?? '', { option: 'allow', text: null });
      }
      await world.untilState('ready', (event) => event.lastMessage === 'done');
      expect(world.ofType('request_closed').map((event) => event.answer)).toEqual([
        'Allow once',
        'Allow once',
      ]);
    });

    it('a change of files that needs a permission has a card with the change, which does what was answered', async () => {
      const world = await openWorld();
      opened = world;
      const patch = (file: string) =>
        `*** Begin Patch\n*** Add File: ${file}\n+hello\n*** End Patch`;
      const change = (file: string) =>
        `TOOL: exec_command ${JSON.stringify({ cmd: `apply_patch <<'EOF'\n${patch(file)}\nEOF` })}`;
      await world.launch({ prompt: `${change('new.txt')}\nSAY: changed`, permissions: 'default' });
      const first = await world.waitFor('the request', () => world.ofType('request_opened')[0]);
      expect(first.request).toMatchObject({
        title: 'Make these changes?',
        text: '*** Add File: new.txt\n+hello',
      });
      await world.waitFor('the dialog', async () =>
        /following edits/.test(await world.terminal.capture(40)),
      );
      await world.watch.answer(first.request.id, { option: 'allow', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'changed');
      expect(readFileSync(join(world.repo, 'new.txt'), 'utf8')).toBe('hello\n');
      await world.deliver(`${change('never.txt')}\nSAY: again`);
      const second = await world.waitFor(
        'the second request',
        () => world.ofType('request_opened')[1],
      );
      await world.watch.answer(second.request.id, { option: 'deny', text: 'SAY: left alone' });
      await world.untilState('ready');
      expect(existsSync(join(world.repo, 'never.txt'))).toBe(false);
      expect(world.ofType('words_left')).toMatchObject([
        { request: second.request.id, text: 'SAY: left alone' },
      ]);
      expect(world.ofType('request_closed').map((event) => event.answer)).toEqual([
        'Allow once',
        'Deny',
      ]);
    });

    it('in mode auto-edit it commits in its worktree without asking', async () => {
      opened = await openWorld();
      const tree = join(opened.home, 'tree');
      opened.git('worktree', 'add', '-q', tree, '-b', 'work');
      const prompt =
        'WRITE: made.txt | made\nRUN: git add made.txt && git commit -qm made\nSAY: committed';
      await opened.launch({ prompt, permissions: 'auto-edit', cwd: tree });
      await opened.untilState('ready', (event) => event.lastMessage === 'committed');
      expect(opened.git('log', '-1', '--format=%s', 'work').trim()).toBe('made');
      expect(opened.ofType('request_opened')).toEqual([]);
      // The worktree's own folder in the main repository is read-only to it unless it is named.
      expect(opened.plan?.argv).toContain(join(opened.repo, '.git', 'worktrees', 'tree'));
    });

    it('a question answered in the terminal: the card follows with the words', async () => {
      const world = await asked(question('colour', 'Red', 'Blue'));
      // The program ignores keys for a moment after its dialog came up; a person presses again.
      await world.waitFor('the request to close', async () => {
        if (/Which colour/.test(await world.terminal.capture(40))) await world.terminal.keys(['1']);
        return world.ofType('request_closed').length === 1;
      });
      expect(world.ofType('request_closed')[0]).toMatchObject({
        request: world.ofType('request_opened')[0]?.request.id,
        answer: 'Red',
      });
      await world.untilState('ready');
    });

    it('its questions are open again after a restart of the bot, keep text away, and close when the turn is interrupted', async () => {
      const world = await asked(question('colour', 'Red', 'Blue'));
      world.stopBot();
      world.startBot();
      const again = await world.waitFor(
        'the question again',
        () => world.ofType('request_opened')[0],
      );
      await world.untilState('waiting_input', (event) => event.fact.detail === 'question');
      expect(
        await world.watch.deliver('SAY: not now', { attempt: 1, inDoubt: false }),
      ).toMatchObject({ type: 'deferred' });
      await world.watch.interrupt();
      await world.untilState('ready', (event) => event.fact.detail === 'interrupted');
      expect(world.ofType('request_closed')).toMatchObject([
        { request: again.request.id, answer: null },
      ]);
      await expect(
        world.watch.answer(again.request.id, { option: 'Red', text: null }),
      ).rejects.toMatchObject({ kind: 'rejected' });
    });
  });
}

/** JSON inside a JSON string, as the rollout has it. */
const nested = (value: unknown): string => JSON.stringify(JSON.stringify(value)).slice(1, -1);
