import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage, ThreadRef } from '../../../src/slots/chat.ts';
import {
  CHANNEL,
  openSlackDriver,
  type SlackDriver,
} from '../../../test/fakes/slack/slack-driver.ts';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { createPace } from './pace.ts';

const card: ChatMessage = { kind: 'card', text: 'card', blocks: [{ type: 'text', text: 'card' }] };
const question: ChatMessage = {
  kind: 'post',
  text: 'Which way?',
  blocks: [
    { type: 'text', text: '**Which** way?' },
    {
      type: 'buttons',
      buttons: [
        { id: 'answer:app-1:1', label: 'Left', style: 'plain' },
        { id: 'answer:app-1:2', label: 'Right', style: 'plain' },
      ],
    },
  ],
};

describe('what Slack refuses', () => {
  let driver: SlackDriver;
  let thread: ThreadRef;
  beforeEach(async () => {
    driver = await openSlackDriver();
    thread = await driver.plugin.openThread({
      channel: CHANNEL,
      session: 'app-1',
      title: 'app-1',
      card,
      key: 'open',
    });
  });
  afterEach(async () => {
    await driver.plugin.stop();
    await driver.close();
  });
  const refuses = (method: string, error: string, times = 1): void =>
    driver.slack.fault({ method, kind: { type: 'error', error }, times });
  const said = (): string => driver.slack.workspace.messages.at(-1)?.text ?? '';

  it.each([
    'invalid_blocks',
    'invalid_blocks_format',
    'msg_too_long',
    'msg_blocks_too_long',
    'metadata_too_large',
    'invalid_metadata_format',
    'invalid_arguments',
    'no_text',
  ])('for how it is written (%s) is said in plain words, with what to type', async (error) => {
    refuses('chat.postMessage', error);
    await driver.plugin.post(thread, question, 'q');
    expect(said()).toContain('Which way?');
    expect(said()).toContain('!answer Left` or `!answer Right');
    refuses('chat.update', error);
    await driver.plugin.update({ ...thread, message: thread.root }, question);
    expect(driver.slack.workspace.find(CHANNEL, thread.root)).toMatchObject({ blocks: [] });
    expect(driver.slack.workspace.find(CHANNEL, thread.root)?.text).toContain('!answer Left');
  });

  it('twice is said in few words and with nothing else', async () => {
    refuses('chat.postMessage', 'metadata_too_large', 2);
    await driver.plugin.post(
      thread,
      { ...question, text: 'x'.repeat(9_000), blocks: [{ type: 'text', text: 'x'.repeat(9_000) }] },
      'q',
    );
    expect(said().length).toBeLessThan(1_000);
    expect(driver.slack.workspace.messages.at(-1)).not.toHaveProperty('metadata');
  });

  it.each([
    'restricted_action',
    'restricted_action_read_only_channel',
    'restricted_action_thread_locked',
    'restricted_action_non_threadable_channel',
    'restricted_action_of_next_year',
    'team_added_to_org',
    'org_login_required',
    'is_archived',
    'not_in_channel',
    'missing_scope',
    'no_permission',
    'message_limit_exceeded',
  ])('because of %s can be put right, and waits', async (error) => {
    refuses('chat.postMessage', error);
    await expect(driver.plugin.post(thread, question, 'q')).rejects.toMatchObject({
      mendable: true,
    });
  });
});

describe('pace', () => {
  let clock: ReturnType<typeof fakeClock>;
  beforeEach(() => {
    clock = fakeClock(0);
  });

  /** When ten posts of one channel go out whose callers come back `late` ms after they were told to. */
  const tenPosts = (late: number, pace = createPace(clock)): readonly number[] => {
    const sent: number[] = [];
    const waiting = Array.from({ length: 10 }, (_, at) => ({ key: `k${at}`, at: clock.now() }));
    while (waiting.length > 0) {
      const [next] = waiting.toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      clock.pass(Math.max(0, next.at - clock.now()));
      const wait = pace.turn('chat.postMessage', 'C1', next.key, 1_000);
      if (wait > 1_000) next.at = clock.now() + wait + late;
      else {
        sent.push(clock.now() + wait);
        waiting.splice(waiting.indexOf(next), 1);
      }
    }
    return sent.toSorted((a, b) => a - b);
  };
  /** Of any times at which more than one post in each second since was sent. */
  const tooMany = (sent: readonly number[]): readonly number[] =>
    sent.filter((from, first) =>
      sent.some(
        (at, last) => last >= first && last - first + 1 > 1 + Math.floor((at - from) / 1_000),
      ),
    );

  it.each([0, 100, 2_000, 20_000])(
    'posts of one channel go a second apart, the first at once, also when they come %i ms late',
    (late) => {
      const sent = tenPosts(late);
      expect(sent).toHaveLength(10);
      expect(sent[0]).toBe(0);
      expect(tooMany(sent)).toEqual([]);
      // Nobody who comes late goes to the end of the queue.
      expect(sent.at(-1)).toBeLessThanOrEqual(10 * 1_050 + 2 * late);
    },
  );

  it('a channel does not wait for another', () => {
    const pace = createPace(clock);
    tenPosts(0, pace);
    expect(pace.turn('chat.postMessage', 'C2', 'other', 1_000)).toBe(0);
  });

  it('never more than fifty edits begin in any minute', () => {
    const pace = createPace(clock);
    const sent: number[] = [];
    for (let at = 0; at < 300_000; at += 100) {
      clock.pass(100);
      const wait = pace.turn('chat.update', `C${at}`, null, 0);
      if (wait === 0) sent.push(clock.now());
    }
    for (const from of sent)
      expect(sent.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(50);
    expect(sent.length).toBeGreaterThan(190);
  });
});
