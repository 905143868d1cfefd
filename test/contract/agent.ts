import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent, AgentWatch } from '../../src/slots/agent.ts';
import { until } from '../support/until.ts';

/** One running agent, and a way to make it do what the suite needs to see. */
export interface AgentWorld {
  /** Starts the agent's program with `prompt` and watches it; events go to `emit`. */
  launch(prompt: string | null, emit: (event: AgentEvent) => void): Promise<AgentWatch>;
  /** Another watch on the same running program, as after a restart of the bot. */
  watchAgain(emit: (event: AgentEvent) => void): Promise<AgentWatch>;
  /** Message texts that make the agent: open a question with the options `yes` and `no` and free text; work until interrupted. */
  readonly askText: string;
  readonly workText: string;
  /** Every message the program really got, trimmed, in order. */
  received(): Promise<readonly string[]> | readonly string[];
  close(): Promise<void> | void;
}

const WAIT = 15_000;
const HOSTILE: ReadonlyArray<readonly [string, string]> = [
  ['one line', 'hello'],
  ['several lines', 'one\n\n  two\nthree'],
  ['a leading slash', '/exit now'],
  ['a leading exclamation mark', '!rm -rf nothing'],
  ['a leading dash', '-h --version'],
  ['quotes and placeholders', '"$HOME" `id` \'x\' {prompt} %s \\n ;'],
  ['other scripts', 'größer 日本語 ✓ 🦊'],
  ['100 KB', `${'0123456789'.repeat(10_000)} end`],
];

/** What every agent plugin must do with a live agent. */
export function agentContract(name: string, open: () => Promise<AgentWorld> | AgentWorld): void {
  describe(`agent contract: ${name}`, () => {
    let world: AgentWorld;
    let watch: AgentWatch | null = null;
    let events: AgentEvent[] = [];

    beforeEach(async () => {
      events = [];
      world = await open();
    });
    afterEach(async () => {
      watch?.close();
      await world.close();
    });

    const emit = (event: AgentEvent): void => void events.push(event);
    const activity = () => events.findLast((event) => event.type === 'activity')?.fact.state;
    const reaches = (state: string) => until(() => activity() === state, WAIT, `activity ${state}`);
    const accepts = (text: string) =>
      until(
        () =>
          events.some(
            (event) => event.type === 'prompt_accepted' && event.text.trim() === text.trim(),
          ),
        WAIT,
        'acceptance',
      );
    const start = async (prompt: string | null = 'begin') => {
      watch = await world.launch(prompt, emit);
      if (prompt !== null) await accepts(prompt);
      await reaches('ready');
      return watch;
    };
    const deliver = (text: string, inDoubt = false) =>
      (watch as AgentWatch).deliver(text, { attempt: 1, inDoubt });
    const asked = async () => {
      await deliver(world.askText);
      await reaches('waiting_input');
      return until(
        () => events.findLast((event) => event.type === 'request_opened')?.request,
        WAIT,
        'a request',
      );
    };

    it('takes its first prompt, with proof, and says when the turn is over', async () => {
      await start('Do the\nfirst thing');
      expect(await world.received()).toEqual(['Do the\nfirst thing']);
    });

    it('is ready without a prompt too', async () => {
      await start(null);
      expect(await world.received()).toEqual([]);
    });

    it.each(HOSTILE)('gets %s exactly, with proof', { timeout: WAIT * 2 }, async (_what, text) => {
      await start();
      expect(await deliver(text)).toMatchObject({ type: 'typed' });
      await accepts(text);
      expect((await world.received()).at(-1)).toBe(text);
    });

    it('types nothing while a question is open', async () => {
      await start();
      await asked();
      expect(await deliver('not now')).toMatchObject({
        type: 'deferred',
        reason: expect.stringMatching(/\S/),
      });
      expect(await world.received()).not.toContain('not now');
    });

    it.each([
      ['an option', { option: 'yes', text: null }],
      ['words', { option: null, text: 'perhaps' }],
    ])('answers a question with %s, once', { timeout: WAIT * 2 }, async (_what, answer) => {
      await start();
      const request = await asked();
      expect(request.options.map((option) => option.id)).toEqual(['yes', 'no']);
      await watch?.answer(request.id, answer);
      await until(
        () =>
          events.some((event) => event.type === 'request_closed' && event.request === request.id),
        WAIT,
        'the request to be closed',
      );
      await expect(watch?.answer(request.id, answer)).rejects.toMatchObject({ kind: 'rejected' });
      await reaches('ready');
    });

    it('ends a turn on interrupt, and minds nothing when there is none', async () => {
      await start();
      await deliver(world.workText);
      await reaches('active');
      await watch?.interrupt();
      await reaches('ready');
      await watch?.interrupt();
      await deliver('after');
      await accepts('after');
    });

    it('tells a new watch what it missed: state, acceptance, open question', async () => {
      const first = await start();
      const request = await asked();
      first.close();
      events = [];
      watch = await world.watchAgain(emit);
      await reaches('waiting_input');
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'prompt_accepted', text: 'begin' }),
      );
      expect(events.find((event) => event.type === 'request_opened')?.request.id).toBe(request.id);
      await watch.answer(request.id, { option: 'no', text: null });
      await reaches('ready');
    });

    it('does not repeat a delivery in doubt that got through', async () => {
      const first = await start();
      await deliver('only once');
      await accepts('only once');
      await reaches('ready');
      first.close();
      watch = await world.watchAgain(emit);
      expect(await deliver('only once', true)).toEqual({ type: 'typed', accepted: true });
      expect((await world.received()).filter((text) => text === 'only once')).toHaveLength(1);
      // The same words as a new message are a new message.
      await until(
        async () => (await deliver('only once')).type === 'typed',
        WAIT,
        'the second message to be typed',
      );
      await until(
        async () => (await world.received()).filter((text) => text === 'only once').length === 2,
        WAIT,
        'the second message',
      );
    });

    it('is silent once it is closed', async () => {
      await start();
      watch?.close();
      const before = events.length;
      const again: AgentEvent[] = [];
      const second = await world.watchAgain((event) => again.push(event));
      await until(() => again.some((event) => event.type === 'activity'), WAIT, 'the second watch');
      await second.deliver('to the second', { attempt: 1, inDoubt: false });
      await until(
        () =>
          again.some((event) => event.type === 'prompt_accepted' && event.text === 'to the second'),
        WAIT,
        'acceptance',
      );
      expect(events).toHaveLength(before);
      second.close();
    });
  });
}
