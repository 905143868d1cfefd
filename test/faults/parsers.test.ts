import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readMessage } from '../../plugins/chat/slack/inbound/read-message.ts';
import { spansOf } from '../../plugins/chat/slack/render/spans.ts';
import { readDelivery } from '../../plugins/scm/github/webhook.ts';
import { parseProgramEvent } from '../../plugins/shared/program/protocol.ts';
import { parseIssueFile } from '../../plugins/tracker/local/issue-file.ts';
import { agentSpeech } from '../../src/chat/agent-speech.ts';
import { parseCommand } from '../../src/chat/grammar.ts';
import { tokenize } from '../../src/chat/tokens.ts';
import { configSchema } from '../../src/config/schema/config.ts';
import { findExcerpt, plainText } from '../../src/domain/excerpt.ts';
import { fence, visible } from '../../src/domain/fence.ts';
import { INJECTIONS } from '../fixtures/injections.ts';

/** Anything but a value or a refusal is a crash. AO_FUZZ_RUNS for more. */
const RUNS = { numRuns: Number(process.env.AO_FUZZ_RUNS ?? 1_500) };

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(...Object.values(INJECTIONS), '', '__proto__', 'constructor', '\ud800', '\0', '"', '--', '-'.repeat(5_000), '['.repeat(2_000)),
  fc
    .array(fc.constantFrom('/ao', 'spawn', 'send', 'kill', '42', '#1', '--project', '--', '"', '“', '=', 'app-7', '@dana', '\n', '<@U1>', '`', '\\'), {
      maxLength: 12,
    })
    .map((words) => words.join(' ')),
);
const json = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.object({ maxDepth: 3 }));
/** An object of the right shape with some of its values wrong. */
const spoiled = (sample: Record<string, unknown>): fc.Arbitrary<unknown> =>
  fc.dictionary(fc.constantFrom(...Object.keys(sample)), fc.oneof(json, nasty), { noNullPrototype: true }).map((change) => ({ ...sample, ...change }));

const context = { inThread: false, isSession: (word: string) => word === 'app-7', isProject: (word: string) => word === 'app' };

describe('a value or a refusal, never a crash:', () => {
  test('commands', () => {
    fc.assert(
      fc.property(nasty, fc.boolean(), (text, inThread) => {
        tokenize(text);
        const parsed = parseCommand(text, { ...context, inThread });
        if (!parsed.ok) expect(parsed.error.message).not.toBe('');
      }),
      RUNS,
    );
  });

  test('configuration', () => {
    const sample = { projects: { app: { path: '/x' } }, chat: {}, reactions: {}, lifecycle: {}, access: {}, limits: {}, notifiers: {}, prices: [], port: 1 };
    fc.assert(
      fc.property(fc.oneof(json, spoiled(sample)), (value) => {
        const { success, error } = configSchema.safeParse(value);
        if (!success) expect(error.issues.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
    fc.assert(
      fc.property(nasty, (text) => {
        try {
          configSchema.safeParse(parse(text));
        } catch (error) {
          // YAML's own error, which the loader tells with file and line.
          expect((error as Error).name).toMatch(/YAML|Reference/);
        }
      }),
      { numRuns: RUNS.numRuns / 3 },
    );
  });

  test('lines of an agent', () => {
    const sample = { type: 'waiting', at: 1, request: { id: 'q', title: 't', options: [] }, text: 'x', models: [], id: 'y' };
    fc.assert(
      fc.property(
        fc.oneof(
          nasty,
          json.map((value) => JSON.stringify(value)),
          spoiled(sample).map((value) => JSON.stringify(value)),
        ),
        (line) => {
          const event = parseProgramEvent(line ?? '');
          if (event !== null) expect(event.type).toBeTypeOf('string');
        },
      ),
      RUNS,
    );
  });

  test('messages from Slack', () => {
    const sample = {
      type: 'message',
      channel: 'C1',
      channel_type: 'channel',
      user: 'U1',
      text: 'hello',
      ts: '1.1',
      thread_ts: '1.0',
      files: [],
      subtype: 'file_share',
    };
    const identity = { botUserId: 'UB', botId: 'BB', command: '/ao', nameOf: () => null };
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('text', 'subtype', 'thread_ts', 'user', 'bot_id'), nasty, { noNullPrototype: true }), (change) => {
        const read = readMessage({ ...sample, ...change } as Parameters<typeof readMessage>[0], identity as unknown as Parameters<typeof readMessage>[1]);
        expect(read === null || typeof read === 'object').toBe(true);
      }),
      RUNS,
    );
  });

  test('deliveries of webhooks, well signed', async () => {
    const event = fc.constantFrom(
      'push',
      'pull_request',
      'check_run',
      'check_suite',
      'workflow_run',
      'pull_request_review',
      'issue_comment',
      'status',
      'ping',
      'x',
    );
    const sample = {
      action: 'opened',
      number: 1,
      pull_request: { number: 1, head: { sha: 'a', ref: 'b' } },
      repository: { full_name: 'acme/app' },
      ref: 'refs/heads/x',
      check_run: {},
      sha: 'a',
    };
    const body = fc.oneof(
      nasty,
      json.map((value) => JSON.stringify(value) ?? ''),
      spoiled(sample).map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(event, body, fc.constantFrom('application/json', 'application/x-www-form-urlencoded', ''), async (name, text, type) => {
        const bytes = new TextEncoder().encode(text);
        const signature = `sha256=${createHmac('sha256', 'hush').update(new TextDecoder().decode(bytes)).digest('hex')}`;
        const headers = { 'x-hub-signature-256': signature, 'x-github-event': name, 'x-github-delivery': 'd1', 'content-type': type };
        await readDelivery({ headers, body: bytes }, 'hush').catch((error: Error) => expect(error.name).toBe('PluginError'));
        await expect(readDelivery({ headers, body: bytes }, 'another')).rejects.toMatchObject({ name: 'PluginError', kind: 'auth' });
      }),
      { numRuns: RUNS.numRuns / 3 },
    );
  });

  test('issue files', () => {
    const text = fc.oneof(
      nasty,
      fc.tuple(nasty, nasty).map(([head, body]) => `---\n${head}\n---\n${body}\n## Comments\n\n<!-- comment id=c-1 at=${head} by=${body} -->\n`),
    );
    fc.assert(
      fc.property(text, (content) => {
        try {
          parseIssueFile(content, 'x.md');
        } catch (error) {
          expect((error as Error).name).toBe('PluginError');
        }
      }),
      RUNS,
    );
  });

  test('logs and texts of others', () => {
    fc.assert(
      fc.property(nasty, nasty, (text, source) => {
        expect(plainText(text)).not.toMatch(/\u001b/);
        expect(findExcerpt(text).length).toBeLessThanOrEqual(4_000);
        expect(visible(visible(text))).toBe(visible(text));
        expect(fence(source, text, 'n').split('\n')[0]).toMatch(/^<ao-\w+ source="[^"]*" trust="untrusted/);
        agentSpeech(text);
        expect(spansOf(text).every((span) => typeof span.text === 'string')).toBe(true);
      }),
      RUNS,
    );
  });
});
