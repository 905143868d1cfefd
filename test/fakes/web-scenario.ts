import { liveCard } from '../../src/chat/thread/cards.ts';
import { requestCard } from '../../src/chat/thread/request-card.ts';
import type { SessionView } from '../../src/commands/views.ts';
import type { ChatInput, ChatMessage, ChatReply, ThreadRef } from '../../src/slots/chat.ts';
import type { FakeWebApi } from './web-api.ts';
import { digest, THREAD } from './web-fixtures.ts';

const threadOf = (view: SessionView): ThreadRef => ({
  platform: 'web',
  channel: view.project,
  thread: view.id,
  root: view.id,
});

/** Opens the threads of all sessions and fills that of app-7; `rewind` lets the clock stand at an earlier time. */
export async function fillChat(
  fake: FakeWebApi,
  sessions: readonly SessionView[],
  rewind: (ago: number) => void,
): Promise<void> {
  const now = sessions.reduce((latest, view) => Math.max(latest, view.createdAt), 0) + 2 * 60_000;
  for (const view of [...sessions].sort((a, b) => a.createdAt - b.createdAt)) {
    rewind(now - view.createdAt);
    await fake.chat.openThread({
      channel: view.project,
      session: view.id,
      title: view.title,
      card: liveCard(view, now),
      key: `open:${view.id}`,
    });
    for (const request of view.openRequests)
      await fake.chat.post(threadOf(view), requestCard(request, view), `ask:${request.id}`);
  }
  rewind(2.4 * 3_600_000);
  await fake.chat.postToChannel('app', digest(), 'digest:1');
  const main = sessions.find((view) => view.id === 'app-7');
  if (main) {
    for (const [at, line] of THREAD.entries()) {
      rewind(line.ago);
      if ('post' in line) await fake.chat.post(threadOf(main), line.post, `line:${at}`);
      else {
        const message = fake.store.insert({
          id: `in-${at}`,
          channel: 'app',
          thread: 'app-7',
          session: 'app-7',
          key: null,
          author: { ...line.person, bot: false },
          text: line.text,
          message: null,
          at: now - line.ago,
        });
        if (line.reactions) fake.store.update(message.id, { reactions: line.reactions });
      }
    }
  }
  rewind(0);
  fake.answer = (input) => answer(fake, input);
}

/** A host that knows just enough to try the page: help, status, a form, a stale button, receipts. */
async function answer(fake: FakeWebApi, input: ChatInput): Promise<ChatReply> {
  switch (input.type) {
    case 'command':
      return command(input.text);
    case 'reply': {
      const ref = {
        platform: 'web',
        channel: input.channel,
        thread: input.thread ?? '',
        message: input.message,
      };
      await fake.chat.react(ref, '👀');
      const view = fake.session(input.thread ?? '');
      if (view.turn !== 'agent') {
        await fake.chat.react(ref, '✅');
        return {};
      }
      fake.setSession({
        ...view,
        steers: [
          ...view.steers,
          {
            id: `s-${input.message}`,
            kind: 'human',
            reaction: null,
            author: { subject: 'web:local', name: 'dana' },
            text: input.text,
            files: [],
            state: 'queued',
            position: view.steers.length + 1,
            attempts: 0,
            reason: null,
            createdAt: input.at,
            acceptedAt: null,
          },
        ],
      });
      return {};
    }
    case 'action':
      return pressed(fake, input);
    case 'form':
      return input.values.text === ''
        ? { errors: { text: 'Say what the agent should do.' } }
        : { whisper: say('🌱 app-12 starts.') };
    default:
      return {};
  }
}

async function pressed(
  fake: FakeWebApi,
  input: Extract<ChatInput, { type: 'action' }>,
): Promise<ChatReply> {
  const [verb, id = ''] = input.action.split(':');
  const view = fake.session(id);
  if (verb === 'rerun')
    return {
      whisper: say(
        `${id} moved on: this button was for 3f9c2ab, the head is now 77aa0f1. A new card is below.`,
      ),
    };
  if (verb === 'stop') {
    const stopped: SessionView = {
      ...view,
      status: 'idle',
      turn: 'human',
      turnText: 'your turn: the agent waits',
      last: 'Stopped by @dana',
      actions: ['resume', 'kill', 'done'],
    };
    fake.setSession(stopped);
    await fake.chat.update(
      { platform: 'web', channel: view.project, thread: id, message: id },
      liveCard(stopped, input.at),
    );
    await fake.chat.post(
      threadOf(view),
      {
        kind: 'post',
        text: '⏹ Stopped by @dana.',
        blocks: [{ type: 'text', text: '⏹ Stopped by @dana.' }],
      },
      `stop:${id}:${view.version}`,
    );
  }
  return {};
}

function command(text: string): ChatReply {
  if (text === '' || text === 'help')
    return {
      whisper: {
        ...say('Commands'),
        blocks: [
          {
            type: 'table',
            columns: ['Command', 'What it does'],
            rows: [
              ['/ao spawn 42', 'one session per issue'],
              ['/ao status', 'all sessions'],
              ['/ao inbox', 'what needs you now'],
            ],
          },
        ],
      },
    };
  if (text === 'spawn')
    return {
      form: {
        id: 'spawn:app',
        title: 'New session',
        submit: 'Start',
        fields: [
          {
            id: 'text',
            label: 'What should the agent do?',
            kind: 'multiline',
            optional: false,
            placeholder: 'Make the login test stable',
          },
          {
            id: 'agent',
            label: 'Agent',
            kind: 'select',
            optional: false,
            initial: 'claude-code',
            options: [
              { value: 'claude-code', label: 'claude-code' },
              { value: 'codex', label: 'codex' },
            ],
          },
          { id: 'base', label: 'Base branch', kind: 'text', optional: true, placeholder: 'main' },
        ],
      },
    };
  if (text.startsWith('spawn 42'))
    return {
      whisper: say('Issue #42 already has app-7 (ci_failed).', [
        { id: 'open_thread:app-7', label: 'Open thread' },
        { id: 'spawn_again:app:42', label: 'Spawn another' },
      ]),
    };
  return { whisper: say(`“/ao ${text}” isn't a command. Did you mean  \`/ao spawn 42\` ?`) };
}

const say = (
  text: string,
  buttons: ReadonlyArray<{ id: string; label: string }> = [],
): ChatMessage => ({
  kind: 'post',
  text,
  blocks: [
    { type: 'text', text },
    ...(buttons.length > 0
      ? [
          {
            type: 'buttons' as const,
            buttons: buttons.map((one) => ({ ...one, style: 'plain' as const })),
          },
        ]
      : []),
  ],
});
