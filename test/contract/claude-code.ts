import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FAKE_USAGE } from '../fakes/models/usage.ts';
import type { AgentWorld } from '../support/agent-world.ts';

const question = (name: string, ...labels: string[]) => ({
  question: `Which ${name}?`,
  header: name,
  multiSelect: false,
  options: labels.map((label) => ({ label, description: '' })),
});

/** Ids of all answers in the transcripts below a folder, counted without the plugin. */
function answerIds(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.jsonl'),
  );
  const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
  return new Set(
    lines.flatMap((line) =>
      /"type":"assistant"/.test(line) ? [/"id":"(msg_[^"]+)"/.exec(line)?.[1] ?? line] : [],
    ),
  );
}

/** What only Claude Code does; the fake and the real program are held to the same. */
export function describeClaude(
  name: string,
  openWorld: (options: { subscription?: boolean }) => AgentWorld | Promise<AgentWorld>,
): void {
  describe(`${name}: its own ways`, () => {
    let opened: AgentWorld | null = null;
    const open = async (options: { subscription?: boolean } = {}): Promise<AgentWorld> => {
      opened = await openWorld(options);
      return opened;
    };
    afterEach(async () => {
      await opened?.close();
      opened = null;
    });

    // Only one model's limit is reached with the last two.
    it.each(['five_hour', 'seven_day_opus', 'seven_day_sonnet'])(
      'tells a usage limit from an error, with the time it ends, asks nobody, and goes on by nobody but ao (%s)',
      async (of) => {
        const world = await open({ subscription: true });
        const resetAt = Math.ceil(Date.now() / 60_000) * 60_000 + 90 * 60_000;
        await world.launch({ prompt: `LIMIT: ${resetAt / 1000} ${of}` });
        const limited = await world.untilState('limited');
        expect(limited.fact).toMatchObject({ resetAt, detail: expect.stringContaining('resets') });
        await world.deliver('SAY: on again');
        await world.untilState('ready', (event) => event.lastMessage === 'on again');
        expect(world.ofType('request_opened')).toEqual([]);
        const states = world.ofType('activity').map((event) => event.fact.state);
        expect(states).not.toContain('waiting_input');
        expect(await world.terminal.capture(40)).not.toMatch(
          /Continuing auto|set to continue auto/,
        );
      },
    );

    /** It has made a plan and asks for it. */
    const planned = async (): Promise<{ world: AgentWorld; id: string }> => {
      const world = await open();
      await world.launch({
        prompt: 'WRITE: @plan | # Paint it blue, then sell it\nTOOL: ExitPlanMode {}\nSAY: after',
        permissions: 'plan',
      });
      const { request } =
        (await world.waitFor('the plan', () => world.ofType('request_opened')[0])) ?? {};
      expect(request).toMatchObject({
        kind: 'permission',
        title: 'Carry out this plan?',
        text: expect.stringContaining('Paint it blue'),
      });
      await world.untilState('waiting_input');
      return { world, id: request?.id ?? '' };
    };

    const plannedBeforeRestart: typeof planned = async () => {
      const { world, id } = await planned();
      world.stopBot();
      world.startBot();
      await world.waitFor('the plan again', () => world.ofType('request_opened')[0]);
      await world.waitFor('its dialog', async () =>
        /manually approve/.test(await world.terminal.capture(40)),
      );
      return { world, id };
    };

    it('a plan is carried out when it is approved from outside', async () => {
      const { world, id } = await planned();
      await world.watch.answer(id, { option: 'allow_edits', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
      expect(world.ofType('request_closed')).toMatchObject([
        { answer: 'Carry it out, edit freely' },
      ]);
    });

    it('a plan is approved from outside after a restart of the bot', async () => {
      const { world, id } = await plannedBeforeRestart();
      await world.watch.answer(id, { option: 'allow', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
    });

    it('what a plan was refused with reaches it, also after a restart of the bot', async () => {
      const { world, id } = await plannedBeforeRestart();
      await world.watch.answer(id, { option: 'deny', text: 'SAY: green instead' });
      const left = await world.waitFor(
        'the words that are left',
        () => world.ofType('words_left')[0],
      );
      expect(left).toMatchObject({ request: id, text: 'SAY: green instead' });
      await world.deliver(left.text);
      await world.untilState('ready', (event) => event.lastMessage === 'green instead');
    });

    it('a question of many lines is answered with its own words', async () => {
      const world = await open();
      const many = {
        ...question('way', 'Left', 'Right'),
        question: 'Which way?\n- the short one\n- the long one',
      };
      await world.launch({
        prompt: `TOOL: AskUserQuestion ${JSON.stringify({ questions: [many] })}\nSAY: after`,
        permissions: 'default',
      });
      const asked = await world.waitFor('the question', () => world.ofType('request_opened')[0]);
      await world.watch.answer(asked.request.id, { option: 'Left', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
      expect(world.recordedBelow('config/projects')).not.toContain('did not answer the questions');
    });

    it('presses no key where several may be ticked, and leaves the question open', async () => {
      const world = await open();
      const several = { ...question('ways', 'Left', 'Right'), multiSelect: true };
      await world.launch({
        prompt: `TOOL: AskUserQuestion ${JSON.stringify({ questions: [several] })}\nSAY: after`,
        permissions: 'default',
      });
      const asked = await world.waitFor('the question', () => world.ofType('request_opened')[0]);
      await world.untilState('waiting_input');
      world.stopBot();
      world.startBot();
      await world.waitFor('the dialog', async () =>
        /1\. \[ \] Left/.test(await world.terminal.capture(40)),
      );
      await expect(
        world.watch.answer(asked.request.id, { option: 'Left', text: null }),
      ).rejects.toMatchObject({ code: 'AO_AGENT_DIALOG_UNKNOWN' });
      expect(world.ofType('request_closed')).toEqual([]);
    });

    it('begins anew when it was killed before its conversation was written down', async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: too early' });
      await world.waitFor('acceptance', () => world.accepted('SAY: too early'));
      world.crash();
      await world.waitFor('the exit', async () => (await world.terminal.exitCode()) !== null);
      await world.launch({ prompt: 'SAY: anew', resume: true });
      await world.untilState('ready', (event) => event.lastMessage === 'anew');
    });

    it('keeps a draft somebody left in the input out of the message, and puts it back', async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: hello' });
      await world.untilState('ready', (event) => event.lastMessage === 'hello');
      await world.terminal.write('half a thought', { submit: false });
      await world.waitFor('the draft', async () =>
        (await world.terminal.capture(40)).includes('half a thought'),
      );
      await world.deliver('SAY: whole');
      await world.untilState('ready', (event) => event.lastMessage === 'whole');
      await world.waitFor('the draft again', async () =>
        (await world.terminal.capture(40)).includes('half a thought'),
      );
    });

    it('presses Enter only when its text still stands unsent in the input', async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: hello' });
      await world.untilState('ready', (event) => event.lastMessage === 'hello');
      await world.terminal.write('SAY: unsent', { submit: false });
      await world.waitFor('the text', async () =>
        (await world.terminal.capture(40)).includes('SAY: unsent'),
      );
      expect(await world.watch.deliver('SAY: unsent', { attempt: 2, inDoubt: false })).toEqual({
        type: 'typed',
        accepted: false,
      });
      await world.untilState('ready', (event) => event.lastMessage === 'unsent');
      expect(world.ofType('prompt_accepted').at(-1)?.text).toBe('SAY: unsent');
    });

    it('allows for the whole session without writing a rule into the repository', async () => {
      const world = await open();
      await world.launch({
        prompt: 'RUN: git commit --allow-empty -m one\nSAY: after',
        permissions: 'default',
      });
      const request = (await world.waitFor('a request', () => world.ofType('request_opened')[0]))
        .request;
      expect(request.options.map((option) => option.id)).toEqual(['allow', 'allow_always', 'deny']);
      await world.watch.answer(request.id, { option: 'allow_always', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
      expect(world.git('log', '-1', '--format=%s').trim()).toBe('one');
      expect(existsSync(join(world.repo, '.claude'))).toBe(false);
    });

    it('puts the questions of one dialog one by one and answers them together', async () => {
      const world = await open();
      const dialog = {
        questions: [question('colour', 'Red', 'Blue'), question('size', 'Small', 'Large')],
      };
      await world.launch({
        prompt: `TOOL: AskUserQuestion ${JSON.stringify(dialog)}\nSAY: thanks`,
      });
      await world.waitFor('both questions', () => world.ofType('request_opened').length === 2);
      const [colour, size] = world.ofType('request_opened').map((event) => event.request);
      await world.watch.answer(colour?.id ?? '', { option: 'Blue', text: null });
      expect(world.ofType('request_closed')).toMatchObject([
        { request: colour?.id, answer: 'Blue' },
      ]);
      await world.watch.answer(size?.id ?? '', { option: null, text: 'in between' });
      await world.untilState('ready', (event) => event.lastMessage === 'thanks');
      // A slow program still waits two seconds after its answer: then its screen is asked about too.
      expect(
        world.ofType('request_closed').find((event) => event.request === size?.id),
      ).toMatchObject({ answer: 'in between' });
    });

    it('asks again for the answers that a restart of the bot kept from the program', async () => {
      const world = await open();
      const dialog = {
        questions: [question('colour', 'Red', 'Blue'), question('size', 'Small', 'Large')],
      };
      await world.launch({
        prompt: `TOOL: AskUserQuestion ${JSON.stringify(dialog)}\nSAY: thanks`,
      });
      await world.waitFor('both questions', () => world.ofType('request_opened').length === 2);
      await world.untilState('waiting_input');
      const [colour] = world.ofType('request_opened').map((event) => event.request);
      await world.watch.answer(colour?.id ?? '', { option: 'Blue', text: null });
      world.stopBot();
      world.startBot();
      const again = world.ofType('request_opened').map((event) => event.request);
      expect(again.map(({ text }) => text)).toEqual(['Which colour?', 'Which size?']);
      expect(again[0]?.id).not.toBe(colour?.id);
      // A dialog with several questions has no key that answers one of them.
      await expect(
        world.watch.answer(again[0]?.id ?? '', { option: 'Blue', text: null }),
      ).rejects.toMatchObject({ code: 'AO_AGENT_DIALOG_UNKNOWN' });
      expect(world.ofType('request_closed')).toEqual([]);
    });

    it('an answer from outside right after Escape in the terminal: what is told is what was done', async () => {
      const world = await open();
      await world.launch({ prompt: 'RUN: touch late.txt\nSAY: after', permissions: 'default' });
      const { request } = await world.waitFor('a request', () => world.ofType('request_opened')[0]);
      await world.untilState('waiting_input');
      await world.terminal.keys(['Escape']);
      const answered = await world.watch.answer(request.id, { option: 'allow', text: null }).then(
        () => true,
        () => false,
      );
      const closed = await world.waitFor('the end', () => world.ofType('request_closed')[0]);
      await world.untilState('ready');
      expect(closed.answer).toBe(answered ? 'Allow once' : null);
      expect(existsSync(join(world.repo, 'late.txt'))).toBe(answered);
    });

    it('finds a dialog that opened while the bot was away on the screen', async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: hello', permissions: 'default' });
      await world.untilState('ready', (event) => event.lastMessage === 'hello');
      await world.watch.deliver('SLEEP: 300\nRUN: touch unseen.txt\nSAY: after', {
        attempt: 1,
        inDoubt: false,
      });
      world.stopBot();
      await world.waitFor('the dialog', async () =>
        /1\. Yes/.test(await world.terminal.capture(40)),
      );
      world.startBot();
      const request = (await world.waitFor('the request', () => world.ofType('request_opened')[0]))
        .request;
      expect(request.text).toContain('touch unseen.txt');
      const yes = request.options.find((option) => option.label === 'Yes');
      await world.watch.answer(request.id, { option: yes?.id ?? '', text: null });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
      expect(existsSync(join(world.repo, 'unseen.txt'))).toBe(true);
    });

    it('counts what its sub-agents used', async () => {
      const world = await open();
      await world.launch({
        prompt:
          'TOOL: Agent {"description":"look","prompt":"SAY: sub","subagent_type":"general-purpose","run_in_background":false}\nSAY: both',
      });
      await world.untilState('ready', (event) => event.lastMessage === 'both');
      await world.waitFor('usage of every answer', () => {
        const answers = answerIds(join(world.home, 'config', 'projects'));
        return (
          answers.size >= 3 &&
          world.ofType('usage').at(-1)?.models[0]?.outputTokens ===
            answers.size * FAKE_USAGE.output_tokens
        );
      });
    });

    it('says that the program ended', async () => {
      const world = await open();
      await world.launch({ prompt: 'SAY: hello' });
      await world.untilState('ready', (event) => event.lastMessage === 'hello');
      await world.terminal.keys(['e', 'x', 'i', 't', 'Enter']);
      await world.untilState('exited');
    });
  });
}
