import { createHmac } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { historyItems } from '../../plugins/agent/aider/history.ts';
import { asks } from '../../plugins/agent/aider/screen.ts';
import { takeLine } from '../../plugins/agent/codex/rollout.ts';
import { hookSchema, rolloutSchema } from '../../plugins/agent/codex/schema.ts';
import { loadState as loadCodexState } from '../../plugins/agent/codex/side-state.ts';
import { partSummary, usageSteps } from '../../plugins/agent/opencode/messages.ts';
import { permissionRequest, questionRequests } from '../../plugins/agent/opencode/requests.ts';
import {
  eventSchema,
  messagesSchema,
  permissionSchema,
  questionSchema,
} from '../../plugins/agent/opencode/schema.ts';
import { modalValues } from '../../plugins/chat/discord/inbound/answer.ts';
import { parseCustomId } from '../../plugins/chat/discord/inbound/custom-id.ts';
import { readMessage } from '../../plugins/chat/slack/inbound/read-message.ts';
import { spansOf } from '../../plugins/chat/slack/render/spans.ts';
import { readDelivery } from '../../plugins/scm/github/webhook.ts';
import {
  permissionRequest as acpPermission,
  elicitation,
  promptResponse,
  sessionNotification,
} from '../../plugins/shared/acp/host/messages.ts';
import { followEventFile } from '../../plugins/shared/program/event-file.ts';
import { parseProgramEvent } from '../../plugins/shared/program/protocol.ts';
import { formatIssueFile, parseIssueFile } from '../../plugins/tracker/local/issue-file.ts';
import { parseCommand } from '../../src/chat/grammar/grammar.ts';
import { tokenize } from '../../src/chat/grammar/tokens.ts';
import { agentSpeech } from '../../src/chat/words/agent-speech.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { configSchema } from '../../src/config/schema/config.ts';
import { findExcerpt, plainText } from '../../src/domain/text/excerpt.ts';
import { fence, visible } from '../../src/domain/text/fence.ts';
import { untold } from '../../src/lib/guarded/problem.ts';
import { INJECTIONS } from '../fixtures/injections.ts';
import { pluginWorld } from '../support/discord-plugin.ts';
import { manualClock } from '../support/manual-clock.ts';
import { tempDir } from '../support/tmp.ts';
import { until } from '../support/until.ts';

/** Anything but a value or a refusal is a crash. AO_FUZZ_RUNS for more. */
const RUNS = { numRuns: Number(process.env.AO_FUZZ_RUNS ?? 500) };

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    ...Object.values(INJECTIONS),
    '',
    '__proto__',
    'constructor',
    '\ud800',
    '\0',
    '"',
    '--',
    '-'.repeat(5_000),
    '['.repeat(2_000),
  ),
  fc
    .array(
      fc.constantFrom(
        '/ao',
        'spawn',
        'send',
        'kill',
        '42',
        '#1',
        '--project',
        '--',
        '"',
        '“',
        '=',
        'app-7',
        '@dana',
        '\n',
        '<@U1>',
        '`',
        '\\',
      ),
      {
        maxLength: 12,
      },
    )
    .map((words) => words.join(' ')),
);
/** What YAML itself reads in its own way. */
const yamlPieces = fc
  .array(
    fc.constantFrom(
      '*a',
      '&a ',
      '*',
      '!',
      '!!binary ',
      '<<: ',
      'a: ',
      '- ',
      '? ',
      '[',
      ']',
      '{',
      '}',
      '|\n ',
      '>-\n ',
      '\n',
      '  ',
      '#',
      '"',
      "'",
      '%',
      '---\n',
      '$' + '{X}',
      'x',
    ),
    { maxLength: 15 },
  )
  .map((pieces) => pieces.join(''));
const json = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.object({ maxDepth: 3 }));
/** An object of the right shape with some of its values wrong. */
const spoiled = (sample: Record<string, unknown>): fc.Arbitrary<unknown> =>
  fc
    .dictionary(fc.constantFrom(...Object.keys(sample)), fc.oneof(json, nasty), {
      noNullPrototype: true,
    })
    .map((change) => ({ ...sample, ...change }));

const context = {
  inThread: false,
  isSession: (word: string) => word === 'app-7',
  isProject: (word: string) => word === 'app',
};

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
    const sample = {
      projects: { app: { path: '/x' } },
      chat: {},
      reactions: {},
      lifecycle: {},
      access: {},
      limits: {},
      notifiers: {},
      prices: [],
      port: 1,
    };
    fc.assert(
      fc.property(fc.oneof(json, spoiled(sample)), (value) => {
        const { success, error } = configSchema.safeParse(value);
        if (!success) expect(error.issues.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  test('configuration files: every error has a place or a key', async () => {
    const file = join(tempDir('fuzz').path, 'ao.yaml');
    const text = fc.oneof(
      nasty,
      yamlPieces,
      fc
        .tuple(nasty, yamlPieces)
        .map(([head, tail]) => `projects:\n  app: ${head}\n  web: ${tail}\n`),
    );
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        writeFileSync(file, content);
        const read = await loadConfig({
          path: file,
          searchFrom: '/',
          env: { HOME: '/nowhere' },
          plugins: [],
          trust: { type: 'all' },
        });
        if (!read.ok)
          expect(
            read.error.every(
              (error) => error.message !== '' && (error.line !== null || error.keyPath !== ''),
            ),
          ).toBe(true);
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 3) },
    );
  });

  test('lines of an agent', () => {
    const sample = {
      type: 'waiting',
      at: 1,
      request: { id: 'q', title: 't', options: [] },
      text: 'x',
      models: [],
      id: 'y',
    };
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
      fc.property(
        fc.dictionary(fc.constantFrom('text', 'subtype', 'thread_ts', 'user', 'bot_id'), nasty, {
          noNullPrototype: true,
        }),
        (change) => {
          const read = readMessage(
            { ...sample, ...change } as Parameters<typeof readMessage>[0],
            identity as unknown as Parameters<typeof readMessage>[1],
          );
          expect(read === null || typeof read === 'object').toBe(true);
        },
      ),
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
      fc.asyncProperty(
        event,
        body,
        fc.constantFrom('application/json', 'application/x-www-form-urlencoded', ''),
        async (name, text, type) => {
          const bytes = new TextEncoder().encode(text);
          const signature = `sha256=${createHmac('sha256', 'hush').update(new TextDecoder().decode(bytes)).digest('hex')}`;
          const headers = {
            'x-hub-signature-256': signature,
            'x-github-event': name,
            'x-github-delivery': 'd1',
            'content-type': type,
          };
          await readDelivery({ headers, body: bytes }, 'hush').catch((error: Error) =>
            expect(error.name).toBe('PluginError'),
          );
          await expect(readDelivery({ headers, body: bytes }, 'another')).rejects.toMatchObject({
            name: 'PluginError',
            kind: 'auth',
          });
        },
      ),
      { numRuns: Math.ceil(RUNS.numRuns / 3) },
    );
  });

  /** The sample with values anywhere in it exchanged. */
  const bent = (sample: unknown): fc.Arbitrary<unknown> =>
    fc
      .tuple(fc.array(fc.tuple(fc.nat(60), fc.oneof(json, nasty)), { maxLength: 3 }))
      .map(([changes]) => {
        let at = 0;
        const walk = (value: unknown): unknown => {
          at += 1;
          const change = changes.find(([place]) => place === at);
          if (change !== undefined) return change[1];
          if (Array.isArray(value)) return value.map(walk);
          return typeof value === 'object' && value !== null
            ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
            : value;
        };
        return walk(sample);
      });
  const bentLine = (...samples: unknown[]): fc.Arbitrary<unknown> =>
    fc.oneof(json, ...samples.map(bent));
  const emitted = (event: { readonly type: string }): void =>
    expect(event.type).toBeTypeOf('string');

  test('rollouts and hooks of codex', () => {
    const folder = tempDir();
    const samples = [
      {
        timestamp: '2026-03-03T09:00:00Z',
        type: 'event_msg',
        payload: { type: 'user_message', message: 'x' },
      },
      {
        timestamp: '2026-03-03T09:00:00Z',
        type: 'event_msg',
        payload: { type: 'task_complete', last_agent_message: 'x' },
      },
      {
        timestamp: '2026-03-03T09:00:00Z',
        type: 'event_msg',
        payload: { type: 'error', message: 'usage limit reached, try again at 9:99' },
      },
      {
        timestamp: '2026-03-03T09:00:00Z',
        type: 'event_msg',
        payload: {
          type: 'token_count',
          info: {
            total_token_usage: { input_tokens: 1, cached_input_tokens: 1, output_tokens: 1 },
          },
          rate_limits: null,
        },
      },
      {
        timestamp: '2026-03-03T09:00:00Z',
        type: 'response_item',
        payload: { type: 'function_call', name: 'shell', arguments: '{"command":["ls"]}' },
      },
      { timestamp: 'x', type: 'turn_context', payload: { model: 'gpt', cwd: '/x' } },
    ];
    const state = loadCodexState(folder.path, untold);
    fc.assert(
      fc.property(bentLine(...samples), (value) => {
        const line = rolloutSchema.safeParse(value).data;
        if (line !== undefined) takeLine(state, line, emitted);
        hookSchema.safeParse(value);
      }),
      RUNS,
    );
    folder.remove();
  });

  test('events, messages and questions of opencode', () => {
    const message = {
      id: 'm',
      sessionID: 's',
      role: 'assistant',
      time: { created: 1 },
      modelID: 'x',
      providerID: 'y',
      cost: 1,
      tokens: { input: 1, output: 1, reasoning: 0, cache: { read: 0, write: 0 } },
    };
    const part = {
      id: 'p',
      messageID: 'm',
      sessionID: 's',
      type: 'tool',
      tool: 'bash',
      callID: 'c',
      state: { status: 'running', input: { command: 'ls' } },
    };
    const permission = {
      id: 'p',
      sessionID: 's',
      permission: 'bash',
      patterns: ['ls'],
      metadata: {},
      always: [],
    };
    const question = {
      id: 'q',
      sessionID: 's',
      questions: [{ question: 'Which?', header: 'h', options: [{ label: 'a', description: 'b' }] }],
    };
    fc.assert(
      fc.property(
        bentLine(
          [{ info: message, parts: [part] }],
          { type: 'message.updated', properties: { info: message } },
          permission,
          question,
        ),
        (value) => {
          eventSchema.safeParse(value);
          const messages = messagesSchema.safeParse(value).data ?? [];
          expect(
            Array.isArray(
              usageSteps(
                messages.map(({ info }) => info),
                0,
              ),
            ),
          ).toBe(true);
          for (const one of messages.flatMap(({ parts }) => parts))
            expect(partSummary(one)).toBeTypeOf('string');
          const asked = permissionSchema.safeParse(value).data;
          if (asked !== undefined) expect(permissionRequest(asked, 0).title).toBeTypeOf('string');
          const questions = questionSchema.safeParse(value).data;
          if (questions !== undefined)
            expect(questionRequests(questions, 0).length).toBe(questions.questions.length);
        },
      ),
      RUNS,
    );
  });

  test('messages of an ACP agent', () => {
    const call = {
      toolCallId: 't',
      title: 'x',
      kind: 'execute',
      status: 'pending',
      content: [],
      rawInput: {},
    };
    fc.assert(
      fc.property(
        bentLine(
          { sessionId: 's', update: { sessionUpdate: 'tool_call', ...call } },
          {
            sessionId: 's',
            toolCall: call,
            options: [{ optionId: 'o', name: 'Allow', kind: 'allow_once' }],
          },
        ),
        (value) => {
          for (const schema of [sessionNotification, acpPermission, elicitation, promptResponse])
            expect(schema.safeParse(value).success).toBeTypeOf('boolean');
        },
      ),
      RUNS,
    );
  });

  test('history and screen of aider, and event files that grow by anything', () => {
    const folder = tempDir();
    const path = join(folder.path, 'events');
    const bytes = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        nasty.map((text) => new TextEncoder().encode(text)),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(nasty, nasty, bytes, (first, second, parts) => {
        historyItems(`\n#### ${first}\n\n> ${second}\n${first}`);
        asks(`${first}\n${second} (Y)es/(N)o [Yes]: `);
        writeFileSync(path, '');
        let read = 0;
        const file = followEventFile(
          path,
          manualClock(),
          (line, offset) => {
            expect(offset).toBeGreaterThan(read);
            read = offset;
            parseProgramEvent(line);
          },
          () => {},
          untold,
        );
        for (const part of parts) {
          appendFileSync(path, part);
          file.pump();
        }
        file.close();
      }),
      { numRuns: RUNS.numRuns / 5 },
    );
    folder.remove();
  });

  test('what the gateway of Discord brings', async () => {
    const user = { id: '100000000000000001', username: 'dana', global_name: null };
    const written = {
      id: '100000000000000009',
      channel_id: '100000000000000002',
      guild_id: '100000000000000003',
      author: user,
      member: { roles: [] },
      content: '!ao status',
      attachments: [],
      mentions: [],
      type: 0,
    };
    const pressed = {
      id: '1',
      application_id: '2',
      type: 3,
      token: 't',
      guild_id: written.guild_id,
      channel: { id: written.channel_id, type: 11 },
      member: { user, roles: [] },
      message: written,
      data: { custom_id: 'approve:app-7:x', component_type: 2 },
    };
    const packets = [
      { op: 0, s: 1, t: 'MESSAGE_CREATE', d: written },
      { op: 0, s: 1, t: 'MESSAGE_UPDATE', d: written },
      { op: 0, s: 1, t: 'MESSAGE_DELETE', d: written },
      { op: 0, s: 1, t: 'INTERACTION_CREATE', d: pressed },
      {
        op: 0,
        s: 1,
        t: 'INTERACTION_CREATE',
        d: {
          ...pressed,
          type: 2,
          data: { name: 'ao', type: 1, options: [{ name: 'status', type: 1, options: [] }] },
        },
      },
      {
        op: 0,
        s: 1,
        t: 'INTERACTION_CREATE',
        d: {
          ...pressed,
          type: 5,
          data: {
            custom_id: 'form:x',
            components: [{ type: 18, component: { type: 4, custom_id: 'text', value: 'x' } }],
          },
        },
      },
    ];
    const world = await pluginWorld();
    const lost: unknown[] = [];
    const onLost = (error: unknown): void => void lost.push(error);
    process.on('unhandledRejection', onLost);
    try {
      await world.start();
      await world.ready();
      const shapes = fc.sample(
        fc.oneof(...packets.map((packet) => bent(packet.d).map((d) => ({ ...packet, d })))),
        {
          numRuns: Math.max(150, RUNS.numRuns / 10),
          seed: 8,
        },
      );
      for (const { t, d } of shapes) world.fake.gateway.dispatch(t, d as Record<string, unknown>);
      // Whatever came before, the next that is whole is taken.
      const thread = await world.thread();
      world.fake.write(world.fake.people.dana, world.fake.channel(thread.thread), 'still there?');
      await until(
        () => world.inputs.some((input) => input.type === 'reply' && input.text === 'still there?'),
        30_000,
        'the message after the garbage',
      );
      expect(lost).toEqual([]);
      expect(modalValues([{}, { component: null }] as unknown as object[])).toEqual({});
    } finally {
      process.off('unhandledRejection', onLost);
      await world.close();
    }
    fc.assert(
      fc.property(nasty, (text) => void expect(parseCustomId(text).type).toBeTypeOf('string')),
      RUNS,
    );
  }, 60_000);

  test('issue files', () => {
    const text = fc.oneof(
      nasty,
      fc
        .tuple(fc.oneof(nasty, yamlPieces), nasty)
        .map(
          ([head, body]) =>
            `---\n${head}\n---\n${body}\n## Comments\n\n<!-- comment id=c-1 at=${head} by=${body} -->\n`,
        ),
    );
    fc.assert(
      fc.property(text, (content) => {
        try {
          // What is written back after a change holds everything that was read.
          const issue = parseIssueFile(content, 'x.md');
          expect(parseIssueFile(formatIssueFile(issue), 'x.md')).toEqual(issue);
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
        expect(fence(source, text, 'n').split('\n')[0]).toMatch(
          /^<ao-\w+ source="[^"]*" trust="untrusted/,
        );
        agentSpeech(text);
        expect(spansOf(text).every((span) => typeof span.text === 'string')).toBe(true);
      }),
      RUNS,
    );
  });
});
