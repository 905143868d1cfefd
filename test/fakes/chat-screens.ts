/** Everything ao says in a chat, once: each platform's golden text shows how it looks there, for people to review. */

import { liveCard } from '../../src/chat/thread/cards.ts';
import { mergeOverCard, mergeReadyCard } from '../../src/chat/thread/merge-card.ts';
import { requestCard } from '../../src/chat/thread/request-card.ts';
import { postFor } from '../../src/chat/thread/timeline.ts';
import { agentSpeech } from '../../src/chat/words/agent-speech.ts';
import type { InboxItem, SessionView } from '../../src/commands/views.ts';
import { subject } from '../../src/domain/session/ids.ts';
import type { ChatMessage, ChatReply, Form } from '../../src/slots/chat.ts';
import { ANSWER, CARD_STATES, PERMISSION } from './card-states.ts';
import { type ChatBench, chatBench } from './chat-bench.ts';
import { EVENTFUL_SESSION, EVENTS } from './event-samples.ts';
import {
  DANA,
  HEAD,
  issueView,
  LEE,
  MINUTE,
  NOW,
  projectView,
  prView,
  requestView,
  sessionView,
  steerView,
} from './views.ts';

export type Screen = { readonly name: string } /** `private`: an answer that one person sees. */ & (
  | { readonly message: ChatMessage; readonly private: boolean }
  | { readonly form: Form }
  /** Of one person: their inbox, the sessions, the cost. */
  | { readonly home: readonly { readonly title: string; readonly message: ChatMessage }[] }
);

export async function chatScreens(): Promise<readonly Screen[]> {
  return [
    ...cards(),
    ...requests(),
    ...mergeCards(),
    ...timeline(),
    ...speech(),
    ...(await answers()),
    await home(),
  ];
}

const shows = (name: string, message: ChatMessage): Screen => ({ name, message, private: false });

const cards = (): readonly Screen[] =>
  Object.entries(CARD_STATES).map(([name, session]) =>
    shows(
      `card, ${name}`,
      liveCard(session, NOW, { terminal: (id) => `http://127.0.0.1:4380/s/${id}` }),
    ),
  );

function requests(): readonly Screen[] {
  const session = sessionView();
  const long = {
    ...PERMISSION,
    title: 'Write to a file',
    text: 'src/login.ts\n-  const cookie = legacy();\n+  const cookie = session();',
  };
  return [
    shows('question', requestCard(requestView(), session)),
    shows(
      'question with much text',
      requestCard(requestView({ text: 'First place: login.ts\nSecond place: legacy.ts' }), session),
    ),
    shows(
      'question, answered',
      requestCard(requestView({ answer: { ...ANSWER, text: 'Remove it' } }), session),
    ),
    shows(
      'question, answered in own words',
      requestCard(
        requestView({ answer: { ...ANSWER, text: 'Remove it, but keep the tests.' } }),
        session,
      ),
    ),
    shows('permission', requestCard(PERMISSION, session)),
    shows('permission for a change of a file', requestCard(long, session)),
    shows('permission, answered', requestCard({ ...PERMISSION, answer: ANSWER }, session)),
    shows(
      'permission, answered in the terminal',
      requestCard({ ...PERMISSION, answer: { ...ANSWER, where: 'terminal', text: '' } }, session),
    ),
    shows(
      'permission, answer lost',
      requestCard({ ...PERMISSION, answer: { ...ANSWER, state: 'failed' } }, session),
    ),
  ];
}

function mergeCards(): readonly Screen[] {
  const ready = CARD_STATES.mergeable ?? sessionView();
  return [
    shows('merge card', mergeReadyCard(ready, HEAD)),
    shows(
      'merge card after a push',
      mergeOverCard(sessionView({ pr: prView({ headSha: '77aa0f1' }) }), HEAD),
    ),
    shows(
      'merge card after the merge',
      mergeOverCard(sessionView({ pr: prView({ state: 'merged' }) }), HEAD),
    ),
  ];
}

function timeline(): readonly Screen[] {
  return EVENTS.flatMap((event) => {
    const message = postFor(
      { seq: 1, session: 'app-7', project: 'app', at: NOW, event, text: '' },
      EVENTFUL_SESSION,
      'normal',
    );
    return message === null ? [] : [shows(`post, ${event.type}`, mentionable(message))];
  });
}

/** Whoever is mentioned is somebody of the platform at hand. */
const mentionable = (message: ChatMessage): ChatMessage =>
  message.mention === undefined
    ? message
    : { ...message, mention: ['slack:T024BE7LD:U0DANA00', 'discord:1:2'] };

const speech = (): readonly Screen[] => [
  shows(
    'the agent speaks',
    agentSpeech(
      'Done. The test waits for the **session cookie** now:\n\n- `login.ts` reads it once\n- the retry is gone',
    ),
  ),
  shows(
    'the agent speaks at length',
    agentSpeech(
      `What I found:\n\n${'The cookie is set in two places, and the second one is never read.\n'.repeat(60)}`,
    ),
  ),
];

const WAITING: readonly SessionView[] = [
  CARD_STATES.ci_failed ?? sessionView(),
  sessionView({
    id: 'app-9',
    issue: null,
    title: 'upgrade eslint',
    status: 'needs_input',
    turn: 'human',
    usd: 0.4,
    createdAt: NOW - 180 * MINUTE,
  }),
];

const inboxItem = (over: Partial<InboxItem>): InboxItem => ({
  id: 'i',
  kind: 'question',
  session: 'app-7',
  project: 'app',
  owner: { subject: 'slack:T024BE7LD:U0DANA00', name: 'dana' },
  title: 'Fix flaky login test',
  text: '',
  since: NOW - 180 * MINUTE,
  request: null,
  key: null,
  actions: [],
  ...over,
});

const INBOX: readonly InboxItem[] = [
  inboxItem({
    text: 'The cookie is set in two places. Remove the legacy one?',
    request: requestView(),
  }),
  inboxItem({
    kind: 'escalation',
    session: 'app-9',
    title: 'upgrade eslint',
    text: 'No activity for 10 min in the middle of a turn.',
    key: 'agent-stuck',
    actions: ['handoff'],
  }),
  inboxItem({
    kind: 'merge',
    session: 'app-7',
    since: NOW - 60 * MINUTE,
    text: 'PR #118 can be merged.',
    actions: ['merge', 'open_pr', 'diff'],
  }),
  inboxItem({
    kind: 'failed_message',
    session: 'app-7',
    since: NOW - 5 * MINUTE,
    text: 'use the new cookie',
  }),
];

function bench(): ChatBench {
  const mergeable = {
    ...(CARD_STATES.mergeable ?? sessionView()),
    steers: [steerView({ state: 'failed' })],
  };
  return chatBench({
    sessions: [mergeable, ...WAITING.slice(1)],
    projects: [projectView(), projectView({ id: 'api', name: 'API' })],
    issues: [
      issueView(),
      issueView({ id: '43', title: 'Sign-out leaves the cookie', labels: [], session: 'app-9' }),
    ],
    inbox: [...INBOX],
    cost: {
      from: '2026-11-01',
      to: '2026-11-21',
      timezone: 'UTC',
      by: 'agent',
      series: { days: [], parts: [] },
      rows: [
        {
          key: 'claude-code',
          label: 'claude-code',
          unpricedTokens: 12_000,
          usd: 11.02,
          tokens: 2_400_000,
          sessions: 6,
        },
      ],
      totalUsd: 11.02,
      totalTokens: 2_400_000,
      unpriced: ['local-model'],
    },
  });
}

const base = {
  platform: 'web',
  delivery: 'd',
  user: { subject: DANA.subject, name: 'dana', groups: [], external: false, bot: false },
  channel: 'c',
  at: NOW,
};
const typed = (made: ChatBench, text: string, thread: string | null = null): Promise<ChatReply> =>
  made.inbound({ ...base, type: 'command', thread, text, files: [], trigger: null });

function reply(name: string, answer: ChatReply): readonly Screen[] {
  return [
    ...(answer.form === undefined ? [] : [{ name, form: answer.form }]),
    ...(answer.whisper === undefined ? [] : [{ name, message: answer.whisper, private: true }]),
  ];
}

const LINES = [
  'status',
  'inbox',
  'show app-7',
  'pr app-7',
  'diff app-7',
  'logs app-7',
  'attach app-7',
  'issues app',
  'projects',
  'cost week --by agent',
  'help',
  'help spawn',
  'spawn',
  'spwan 42',
  'kill nope-1',
  'stop',
  'kill app-7',
] as const;

async function answers(): Promise<readonly Screen[]> {
  const out: Screen[] = [];
  for (const line of LINES) out.push(...reply(`/ao ${line}`, await typed(bench(), line)));
  const nobody = bench();
  nobody.denied = true;
  out.push(...reply('/ao status, by somebody without a role', await typed(nobody, 'status')));
  const quiet = chatBench({ sessions: [], inbox: [] });
  for (const line of ['status', 'inbox', 'cost today'])
    out.push(...reply(`/ao ${line}, nothing there`, await typed(quiet, line)));
  out.push(...(await presses()));
  return out;
}

async function presses(): Promise<readonly Screen[]> {
  const press = (made: ChatBench, action: string): Promise<ChatReply> =>
    made.inbound({
      ...base,
      type: 'action',
      thread: 't7',
      action,
      value: null,
      message: 'm',
      trigger: null,
    });
  const busy = bench();
  busy.fake.refuse(
    'spawn',
    'AO_PROJECT_AMBIGUOUS',
    'No project for this channel. Choose one, or ask an admin to bind the channel.',
  );
  const over = chatBench({ sessions: [CARD_STATES.merged ?? sessionView()] });
  const late = chatBench({
    sessions: [
      sessionView({
        status: 'killed',
        outcome: { cause: 'killed', by: LEE, reason: null },
        endedAt: NOW - MINUTE,
      }),
    ],
  });
  late.fake.refuse('stop', 'AO_STATE', 'app-7 is over.');
  const team = bench();
  team.people = [{ subject: subject(LEE.subject), name: LEE.name, via: 'web' }];
  return [
    ...reply('/ao spawn 42, in a channel of two projects', await typed(busy, 'spawn 42')),
    ...reply('More… is pressed', await press(bench(), 'more:app-7')),
    ...reply('Interrupt… is pressed', await press(bench(), 'interrupt:app-7')),
    ...reply('Hand over… is pressed', await press(team, 'handoff:app-7')),
    ...reply('Request changes… is pressed', await press(bench(), `request_changes:app-7:${HEAD}`)),
    ...reply(
      'Approve & merge is pressed after a push',
      await press(bench(), 'merge:app-7:1111111111111111111111111111111111111111'),
    ),
    ...reply('Stop is pressed after the end', await press(late, 'stop:app-7')),
    ...reply('a button nobody knows is pressed', await press(bench(), 'nothing')),
    ...reply(
      'a reply after the end',
      await over.inbound({
        ...base,
        type: 'reply',
        thread: 't7',
        text: 'One more thing',
        message: 'm9',
        files: [],
      }),
    ),
    ...reply(
      'a mistyped !verb',
      await bench().inbound({
        ...base,
        type: 'reply',
        thread: 't7',
        text: '!sotp',
        message: 'm9',
        files: [],
      }),
    ),
  ];
}

async function home(): Promise<Screen> {
  const part = async (title: string, line: string) => ({
    title,
    message: (await typed(bench(), line)).whisper as ChatMessage,
  });
  return {
    name: 'the Home tab',
    home: [
      await part('Waiting for you', 'inbox'),
      await part('Sessions', 'status'),
      await part('Cost this month', 'cost month'),
    ],
  };
}
