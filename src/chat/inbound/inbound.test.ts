import { beforeEach, describe, expect, it } from 'vitest';
import { type ChatBench, chatBench } from '../../../test/fakes/chat-bench.ts';
import {
  DANA,
  HEAD,
  issueView,
  NOW,
  projectView,
  prView,
  requestView,
  sessionView,
  steerView,
} from '../../../test/fakes/views.ts';
import { subject } from '../../domain/session/ids.ts';
import type { ChatInput, ChatReply, ChatUser } from '../../slots/chat.ts';
import { buttonId } from '../words/button-id.ts';
import { pinnedId } from '../words/pin.ts';
import { renderPlain } from '../words/render-plain.ts';

const dana: ChatUser = {
  subject: 'web:dana',
  name: 'dana',
  groups: ['g1'],
  external: false,
  bot: false,
};

const DANA_ACTOR = { subject: subject(DANA.subject), name: DANA.name, via: 'web' } as const;

let bench: ChatBench;

beforeEach(() => {
  bench = chatBench();
});

const base = { platform: 'web', delivery: 'd-1', user: dana, channel: 'c1', at: NOW } as const;
const command = (
  text: string,
  over: Partial<Extract<ChatInput, { type: 'command' }>> = {},
): Promise<ChatReply> =>
  bench.inbound({
    ...base,
    type: 'command',
    thread: null,
    text,
    files: [],
    trigger: null,
    ...over,
  });
const reply = (
  text: string,
  over: Partial<Extract<ChatInput, { type: 'reply' }>> = {},
): Promise<ChatReply> =>
  bench.inbound({ ...base, type: 'reply', thread: 't7', text, message: 'm1', files: [], ...over });
const press = (action: string, value: string | null = null): Promise<ChatReply> =>
  bench.inbound({
    ...base,
    type: 'action',
    thread: 't7',
    action,
    value,
    message: 'root',
    trigger: null,
  });
const submit = (form: string, values: Record<string, string>): Promise<ChatReply> =>
  bench.inbound({ ...base, type: 'form', thread: 't7', form, values });

const said = (answer: ChatReply): string =>
  answer.whisper === undefined ? '' : renderPlain(answer.whisper);
const methods = (): string[] => bench.fake.calls.map((call) => call.method);
const lastArgs = (): readonly unknown[] => bench.fake.calls.at(-1)?.args ?? [];
const firstButton = (answer: ChatReply): string => {
  const row = answer.whisper?.blocks.find((block) => block.type === 'buttons');
  return row?.type === 'buttons'
    ? (row.buttons.find((one) => one.url === undefined)?.id ?? '')
    : '';
};
const firstSelect = (answer: ChatReply): string => {
  const menu = answer.whisper?.blocks.find((block) => block.type === 'select');
  return menu?.type === 'select' ? menu.select.id : '';
};
function replace(over: Parameters<typeof sessionView>[0]): void {
  bench.fake.world.sessions = [sessionView(over)];
}

describe('buttons of messages with long names', () => {
  const long = `${'k'.repeat(199)}!`;

  it.each([
    ['retry_steer', 'retrySteer'],
    ['remove_steer', 'removeSteer'],
    ['steer_now', 'sendSteerNow'],
  ] as const)('%s fits every platform and means its message', async (verb, method) => {
    const id = buttonId(verb, 'app-7', long);
    expect(new TextEncoder().encode(id).length).toBeLessThanOrEqual(80);
    replace({ steers: [steerView({ id: 'other' }), steerView({ id: long })] });
    await press(id);
    expect(bench.fake.calls).toMatchObject([{ method, args: [expect.anything(), 'app-7', long] }]);
  });
});

describe('handing a session over with its button', () => {
  const lee = { subject: subject('web:lee'), name: 'lee', via: 'web' } as const;

  it('opens a form with other agents and other people', async () => {
    bench.people = [lee, DANA_ACTOR];
    const { form } = await press('handoff:app-7');
    expect(
      form?.fields.map(({ id, label, options }) => [id, label, options?.map(({ value }) => value)]),
    ).toEqual([
      ['agent', 'Agent instead of claude-code', ['codex']],
      ['text', 'Words for it', undefined],
      ['person', 'Or a person instead of @dana', ['web:lee']],
    ]);
  });

  it.each([
    [
      { agent: 'codex', text: 'mind the tests' },
      'changeAgent',
      { agent: 'codex', model: null, words: 'mind the tests' },
    ],
    [{ person: 'web:lee' }, 'handOver', lee],
  ] as const)('%o goes to whom was chosen', async (values, method, given) => {
    bench.people = [lee];
    expect(await submit('handoff:app-7', values)).toEqual({});
    expect(bench.fake.calls).toMatchObject([{ method, args: [expect.anything(), 'app-7', given] }]);
  });

  it.each([
    [{}, { agent: 'Choose an agent or a person.' }],
    [
      { agent: 'codex', person: 'web:lee' },
      { person: 'Either an agent or a person. Hand it over once more for the other.' },
    ],
    [{ person: 'web:mallory' }, { person: 'Nobody here is known by that name any more.' }],
  ])('%o keeps the form open', async (values, errors) => {
    bench.people = [lee];
    expect((await submit('handoff:app-7', values)).errors).toEqual(errors);
    expect(methods()).toEqual([]);
  });

  it('says so where there is nobody else', async () => {
    bench.fake.world.agents = ['claude-code'];
    expect(said(await press('handoff:app-7'))).toBe(
      'There is no other agent for app-7, and nobody else has spoken to ao here.',
    );
  });
});

describe('who may speak', () => {
  it('ignores bots, so that ao never steers itself', async () => {
    expect(await reply('hi', { user: { ...dana, bot: true } })).toEqual({});
    expect(methods()).toEqual([]);
  });

  it('refuses people from outside the team', async () => {
    expect(said(await command('spawn 1', { user: { ...dana, external: true } }))).toBe(
      "People from outside the team can't use ao here.",
    );
    expect(methods()).toEqual([]);
  });

  it.each(['status', 'inbox', 'logs app-7', 'diff app-7', 'cost', 'quota'])(
    'hides "/ao %s" from people who may not look',
    async (text) => {
      bench.denied = true;
      expect(said(await command(text))).toBe(
        'You may not look: ask an admin for the role "viewer".',
      );
    },
  );

  it('hides what buttons show, too', async () => {
    bench.denied = true;
    expect(said(await press('diff:app-7'))).toContain('You may not look');
  });
});

describe('/ao spawn', () => {
  it('starts a session per issue under the delivery id and says so at once', async () => {
    const answer = await command('spawn 1 2 --agent codex');
    expect(lastArgs()).toEqual([
      { subject: 'web:dana', name: 'dana', via: 'web' },
      {
        issues: ['1', '2'],
        text: null,
        project: null,
        agent: 'codex',
        model: null,
        base: null,
        prompt: null,
        plan: false,
        again: false,
        channel: 'c1',
        key: 'd-1',
      },
    ]);
    expect(said(answer)).toBe(
      '🌱 app-1: Issue 1 (#1)\n[Open thread]\n🌱 app-2: Issue 2 (#2)\n[Open thread]',
    );
  });

  it('without arguments opens a form with an issue picker', async () => {
    bench.fake.world.issues = [
      issueView({ id: '1', title: 'One' }),
      issueView({ id: '2', title: 'Taken', session: 'app-2' }),
    ];
    const { form } = await command('spawn');
    expect(form?.fields.find((field) => field.id === 'issue')?.options).toEqual([
      { value: '1', label: '#1 One' },
    ]);
    expect(await submit(form?.id ?? '', {})).toEqual({
      errors: { text: 'Choose an issue, or say in words what to do.' },
    });
    await submit(form?.id ?? '', { issue: '1', agent: 'codex' });
    expect(lastArgs()[1]).toMatchObject({
      issues: ['1'],
      text: null,
      agent: 'codex',
      channel: 'c1',
    });
  });

  it('offers the thread and another session when the issue is taken', async () => {
    const answer = await command('spawn 42');
    expect(said(answer)).toBe(
      'Issue #42 already has app-7 (working).\n[Open thread] [Spawn another]',
    );
    await press(firstButton(answer));
    expect(lastArgs()[1]).toMatchObject({ issues: ['42'], again: true });
  });

  it('asks for the project once and goes on with the same words', async () => {
    bench = chatBench({ projects: [projectView(), projectView({ id: 'web', name: 'Web' })] });
    bench.fake.refuse(
      'spawn',
      'AO_PROJECT_AMBIGUOUS',
      'No project for this channel. Say --project app or web.',
    );
    const answer = await command('spawn "tidy up" --plan');
    expect(said(answer)).toBe(
      'No project for this channel. Say --project app or web.\n[App] [Web]',
    );
    await press(firstButton(answer).replace(':app:', ':web:'));
    expect(lastArgs()[1]).toMatchObject({
      project: 'web',
      text: 'tidy up',
      plan: true,
      key: 'd-1',
    });
  });

  it('from a message prefills the form', async () => {
    const { form } = await bench.inbound({
      ...base,
      type: 'shortcut',
      thread: null,
      text: 'The login test is flaky',
      message: 'm9',
      trigger: null,
    });
    expect(form?.fields.find((field) => field.id === 'text')?.initial).toBe(
      'The login test is flaky',
    );
  });
});

describe('questions about sessions', () => {
  it('status says of each session whose turn it is', async () => {
    replace({ pr: prView(), turn: 'human', turnText: 'your turn: review', status: 'mergeable' });
    expect(said(await command('status'))).toBe(
      '1 session, 1 waits for a person.\n🟢 app-7 Fix flaky login test (#42)\nyour turn: review · PR #118 · checks 6 of 6 · $1.84 · 34 min',
    );
  });

  it('an unknown project is told with those there are', async () => {
    expect(said(await command('status nope'))).toBe('No project "nope". There is app.');
  });

  it('inbox shows each with its buttons', async () => {
    bench.fake.world.inbox = [
      {
        id: 'request:app-7:r1',
        kind: 'question',
        session: 'app-7',
        project: 'app',
        owner: { subject: 'web:local', name: 'you' },
        title: 'Remove the legacy one?',
        text: '',
        since: NOW - 3 * 3_600_000,
        request: requestView(),
        key: null,
        actions: [],
      },
    ];
    expect(said(await command('inbox'))).toBe(
      '1 thing needs you.\n✋ app-7 Remove the legacy one? (3 h ago)\n[Remove it] [Keep both] [Other…]',
    );
  });

  it('logs and diff come as text and file', async () => {
    expect(said(await command('logs app-7'))).toBe('Terminal of app-7:\n  line one\n  line two');
    expect(said(await command('diff', { thread: 't7' }))).toBe(
      'app-7 changed 1 file, +2 −1.\n   login.ts | 3 +-\n(file: app-7.patch, 32 characters)',
    );
  });

  it('pr names what the merge gate waits for', async () => {
    replace({ pr: prView({ waitsFor: ['One approval by someone other than @dana.'] }) });
    expect(said(await command('pr app-7'))).toContain(
      'The merge waits for:\n- One approval by someone other than @dana.',
    );
  });

  it('cost, issues, projects, help, show and attach answer', async () => {
    bench.fake.world.cost = {
      from: '2026-11-16',
      to: '2026-11-21',
      timezone: 'UTC',
      by: 'agent',
      rows: [
        {
          key: 'claude-code',
          label: 'claude-code',
          usd: 11.02,
          tokens: 2_400_000,
          unpricedTokens: 1_000,
          sessions: 6,
        },
      ],
      totalUsd: 11.02,
      totalTokens: 2_400_000,
      unpriced: ['local-model'],
      series: { days: [], parts: [] },
    };
    bench.fake.world.issues = [issueView()];
    const answers = await Promise.all(
      [
        'cost week --by agent',
        'issues',
        'projects',
        'help',
        'help spawn',
        'show app-7',
        'attach app-7',
      ].map((text) => command(text)),
    );
    const golden = answers.map(said).join('\n\n');
    await expect(golden).toMatchFileSnapshot('golden/answers.txt');
  });

  it('an ambiguous session is chosen from a menu', async () => {
    bench.fake.world.sessions = [sessionView({ id: 'app-7' }), sessionView({ id: 'api-7' })];
    const answer = await command('kill a too old');
    expect(methods()).toEqual([]);
    await press(firstSelect(answer), 'api-7');
    expect(lastArgs().slice(1)).toEqual(['api-7', 'too old']);
  });
});

describe('a reply in a thread', () => {
  it('in which nothing can be read is not passed over in silence', async () => {
    expect(said(await reply(' \n'))).toBe(
      'There is nothing in this message that ao can read, so the agent did not get it. Say it in words, or attach a file.',
    );
    expect(methods()).toEqual([]);
  });

  it('goes to the agent with its source, and gets a receipt at once', async () => {
    expect(await reply('use the new cookie')).toEqual({});
    expect(lastArgs().slice(1)).toEqual([
      'app-7',
      {
        text: 'use the new cookie',
        files: [],
        now: false,
        source: { platform: 'web', channel: 'c1', thread: 't7', message: 'm1' },
        key: 'd-1',
      },
    ]);
    expect(bench.receipts).toEqual([['m1', '👀']]);
  });

  it('goes on without a file that is gone, and the person and the agent are told', async () => {
    const gone = { name: 'gone.png', mime: 'image/png', size: 10, ref: 'gone' };
    const kept = { name: 'shot.png', mime: 'image/png', size: 10, ref: 'x' };
    for (const words of ['Like this', '!now Like this', '!send Like this']) {
      const answer = await reply(words, { files: [gone, kept] });
      expect(said(answer)).toContain('gone.png could not be read: it is gone.');
      expect(lastArgs()[2]).toMatchObject({
        text: 'Like this\n\n(A file that came with this message could not be read and is not here.)',
        files: ['/inbox/app-7/shot.png'],
      });
    }
    bench.fake.calls.length = 0;
    bench.receipts.length = 0;
    expect(said(await reply('', { files: [gone] }))).toContain('gone.png could not be read');
    expect(methods()).toEqual([]);
    expect(bench.receipts).toEqual([['m1', '⚠️']]);
  });

  it('takes files along', async () => {
    await reply('', { files: [{ name: 'shot.png', mime: 'image/png', size: 10, ref: 'x' }] });
    expect(lastArgs()[2]).toMatchObject({ files: ['/inbox/app-7/shot.png'] });
  });

  it.each(['/help', '- a list', '--force', '"quoted"'])(
    '"%s" is a message as it is',
    async (text) => {
      await reply(text);
      expect(lastArgs()[2]).toMatchObject({ text });
    },
  );

  it('in another thread is none of its business', async () => {
    expect(await reply('hi', { thread: 't9' })).toEqual({});
    expect(methods()).toEqual([]);
  });

  it('that is refused says why and shows it on the message', async () => {
    bench.fake.refuse('send', 'AO_ACCESS_DENIED', "You can't steer here.");
    expect(said(await reply('hi'))).toBe("You can't steer here.");
    expect(bench.receipts).toEqual([['m1', '⚠️']]);
  });

  it('with !verb is a command', async () => {
    await reply('!kill wrong issue');
    expect(bench.fake.calls.at(-1)).toMatchObject({
      method: 'kill',
      args: [{}, 'app-7', 'wrong issue'],
    });
    await reply('/ao pause');
    expect(methods().at(-1)).toBe('pause');
  });

  it('with !now interrupts', async () => {
    await reply('!now look at login.ts');
    expect(lastArgs()[2]).toMatchObject({ text: 'look at login.ts', now: true });
  });

  it('with !now keeps its files and gets its receipt', async () => {
    await reply('!now look', {
      files: [{ name: 'shot.png', mime: 'image/png', size: 10, ref: 'x' }],
    });
    expect(lastArgs()[2]).toMatchObject({
      files: ['/inbox/app-7/shot.png'],
      now: true,
      source: { message: 'm1' },
    });
    expect(bench.receipts).toEqual([['m1', '👀']]);
  });

  it('says when a file went with something that can not carry it', async () => {
    const files = [{ name: 'shot.png', mime: 'image/png', size: 10, ref: 'x' }];
    expect(said(await reply('!pause', { files }))).toBe(
      'The file was not used: only a task or a message to the agent can carry files.',
    );
    expect(said(await command('spawn', { files }))).toContain('A form takes no files.');
  });

  it('an answer in words takes its files along; what takes only options says so', async () => {
    const files = [{ name: 'shot.png', mime: 'image/png', size: 10, ref: 'x' }];
    replace({ openRequests: [requestView()] });
    expect(await reply('!answer like in this picture', { files })).toEqual({});
    expect(lastArgs().slice(2)).toEqual([
      'r1',
      { option: null, text: 'like in this picture Files: /inbox/app-7/shot.png' },
    ]);
    replace({ openRequests: [requestView({ freeText: false })] });
    bench.fake.calls.length = 0;
    expect(said(await reply('!answer keep', { files }))).toContain('send the files in a message');
    expect(methods()).toEqual([]);
  });

  it('an answer that may mean either of two questions goes to neither by itself', async () => {
    replace({ openRequests: [requestView(), requestView({ id: 'r2' })] });
    await reply('!answer keep');
    expect(lastArgs().slice(2)).toEqual([null, { option: null, text: 'keep' }]);
  });

  it('says that files do not come along with a choice of session', async () => {
    bench.fake.world.sessions = [sessionView(), sessionView({ id: 'app-8' })];
    const files = [{ name: 'shot.png', mime: 'image/png', size: 10, ref: 'x' }];
    expect(said(await command('send app look', { files }))).toContain('The file was not kept');
  });

  it.each(['!important: do not touch main', '!important note', '!NOTE read this', '!merge it not'])(
    'with a wrong !verb (%s) can still be sent as it is',
    async (words) => {
      const answer = await reply(words);
      expect(methods()).toEqual([]);
      await press(firstButton(answer));
      expect(lastArgs()[2]).toMatchObject({ text: words });
    },
  );

  it('with a wrong !verb, as platforms that read commands themselves tell it, can still be sent as it is', async () => {
    const answer = await bench.inbound({
      ...base,
      type: 'command',
      thread: 't7',
      text: 'important note',
      words: '!important note',
      trigger: null,
      files: [],
    });
    expect(said(answer)).toContain('"/ao important" isn\'t a command');
    expect(methods()).toEqual([]);
    await press(firstButton(answer));
    expect(lastArgs()[2]).toMatchObject({ text: '!important note' });
  });

  it('from one of the team in a channel shared with others is refused for the channel, not for the person', async () => {
    const from = (more: object) =>
      reply('hello', { user: { ...base.user, external: true, ...more } });
    expect(said(await from({ inSharedChannel: true }))).toContain('takes nothing in this channel');
    expect(said(await from({}))).toBe("People from outside the team can't use ao here.");
    expect(methods()).toEqual([]);
  });

  it('to an ended session offers to resume with it', async () => {
    replace({
      status: 'killed',
      stage: 'ended',
      outcome: { cause: 'killed', by: DANA, reason: null },
      endedAt: NOW,
      actions: ['restore'],
    });
    const answer = await reply('one more thing');
    expect(said(answer)).toBe(
      'app-7 is over: killed by @dana · 33 min · $1.84.\n[Resume with this message]',
    );
    await press(firstButton(answer));
    expect(bench.fake.calls).toMatchObject([
      { method: 'restore', args: [{}, 'app-7', 'one more thing'] },
    ]);
  });
});

describe('editing a message', () => {
  const edit = (message: string): Promise<ChatReply> =>
    bench.inbound({ ...base, type: 'edit', thread: 't7', text: 'better words', message });
  const remove = (message: string): Promise<ChatReply> =>
    bench.inbound({ ...base, type: 'delete', thread: 't7', message });

  it('edits the queue', async () => {
    expect(await edit('m1')).toEqual({});
    expect(await remove('m1')).toEqual({});
    expect(bench.fake.calls).toMatchObject([
      { method: 'editSteer', args: [{}, 'app-7', 's1', 'better words'] },
      { method: 'removeSteer', args: [{}, 'app-7', 's1'] },
    ]);
  });

  it('after the agent has it is too late, and says so', async () => {
    bench.fake.refuse('editSteer', 'AO_STATE', 'accepted');
    bench.fake.refuse('removeSteer', 'AO_STATE', 'accepted');
    expect(said(await edit('m1'))).toBe(
      'Too late: the agent already has the message. Send another one to correct it.',
    );
    expect(said(await remove('m1'))).toBe(
      'Too late: the agent already has the message you deleted.',
    );
  });

  it('that is no steer does nothing', async () => {
    expect(await edit('m2')).toEqual({});
    expect(methods()).toEqual([]);
  });
});

describe('buttons', () => {
  it.each([
    ['stop:app-7', 'stop', []],
    ['kill:app-7', 'kill', [null]],
    ['undo:app-7', 'undo', []],
    ['restore:app-7', 'restore', [null]],
    ['pause:app-7', 'pause', [null]],
    ['resume:app-7', 'resume', []],
    ['start:app-7', 'resume', []],
    ['done:app-7', 'done', []],
    ['rerun:app-7', 'rerun', []],
    ['mute:app-7', 'mute', [true]],
    ['unmute:app-7', 'mute', [false]],
    ['retry_steer:app-7:s1', 'retrySteer', ['s1']],
    ['remove_steer:app-7:s1', 'removeSteer', ['s1']],
    ['steer_now:app-7:s1', 'sendSteerNow', ['s1']],
    ['ack:app-7:agent-stuck', 'acknowledge', ['agent-stuck']],
    ['snooze:app-7:agent-stuck', 'snooze', ['agent-stuck', 30]],
    ['react:app-7:ci-failed', 'runReaction', ['ci-failed', { sha: '', base: '' }]],
  ])('%s does it and says nothing, the thread shows it', async (id, method, args) => {
    expect(await press(id)).toEqual({});
    expect(bench.fake.calls.map((call) => [call.method, call.args.slice(1)])).toEqual([
      [method, ['app-7', ...args]],
    ]);
  });

  it('More… shows every action', async () => {
    expect(said(await press('more:app-7'))).toBe(
      'What to do with app-7?\n[Stop] [Diff] [Terminal] [Interrupt…] [Pause]\n[Logs] [Done] [Kill] [Mute]',
    );
  });

  it('the button of a reaction carries head and base too: what it does may be a merge', async () => {
    replace({ pr: prView(), actions: ['merge'] });
    const ofNow = { sha: HEAD, base: 'main' };
    expect(await press(`react:app-7:merge-failed~${HEAD}~main`)).toEqual({});
    expect(lastArgs().slice(1)).toEqual(['app-7', 'merge-failed', ofNow]);
    await press(`react:app-7:merge-failed~${'0'.repeat(40)}~main`);
    expect(lastArgs().slice(1)).toEqual([
      'app-7',
      'merge-failed',
      { sha: '0'.repeat(40), base: 'main' },
    ]);
  });

  it('Approve & merge carries the head the person saw', async () => {
    replace({ pr: prView(), actions: ['merge'] });
    expect(await press(`merge:app-7:${HEAD}~main`)).toEqual({});
    expect(lastArgs().slice(1)).toEqual(['app-7', { sha: HEAD, base: 'main', method: null }]);
  });

  it.each(['merge', 'approve', 'request_changes'])(
    '%s for an older head does nothing and says so',
    async (verb) => {
      replace({ pr: prView({ headSha: '77aa0f1' }), actions: ['merge'] });
      expect(said(await press(`${verb}:app-7:${HEAD}~main`))).toBe(
        'app-7 moved on: this button was for 3f9c2ab, the head is now 77aa0f1. A new card is below.',
      );
      expect(methods()).toEqual([]);
    },
  );

  it.each(['merge', 'approve', 'request_changes'] as const)(
    '%s for another base does nothing and says so, however long the names are',
    async (verb) => {
      for (const [was, said_] of [
        ['stage', 'stage'],
        ['release/2026.11-the-long-term-one', 'another branch'],
      ] as const) {
        replace({ pr: prView({ base: 'main' }), actions: ['merge'] });
        const id = pinnedId(verb, 'app-7', { headSha: HEAD, base: was });
        expect(new TextEncoder().encode(id).length).toBeLessThanOrEqual(80);
        expect(said(await press(id))).toBe(
          `app-7 moved on: this button was for a merge into ${said_}, the base is now main. A new card is below.`,
        );
        replace({ pr: prView({ base: was }), actions: ['merge'] });
        await press(id);
      }
      expect(methods()).toEqual(
        verb === 'request_changes'
          ? []
          : verb === 'merge'
            ? ['merge', 'merge']
            : ['review', 'review'],
      );
    },
  );

  it('a button of an earlier version, without its base, says so', async () => {
    replace({ pr: prView(), actions: ['merge'] });
    expect(said(await press(`merge:app-7:${HEAD}`))).toContain('of an earlier version of ao');
    expect(methods()).toEqual([]);
  });

  it('a head that moves between the look and the merge is told the same way', async () => {
    replace({ pr: prView(), actions: ['merge'] });
    bench.fake.refuse('merge', 'AO_STALE', 'stale', () =>
      replace({ pr: prView({ headSha: '77aa0f1' }), actions: [] }),
    );
    expect(said(await press(`merge:app-7:${HEAD}~main`))).toBe(
      'app-7 moved on: this button was for 3f9c2ab, the head is now 77aa0f1. A new card follows when it is ready again.',
    );
  });

  it('the second of two people is told who was faster', async () => {
    replace({
      status: 'killed',
      stage: 'ended',
      outcome: { cause: 'killed', by: { subject: 'web:lee', name: 'lee' }, reason: null },
      endedAt: NOW - 2000,
    });
    bench.fake.refuse('kill', 'AO_STATE', 'app-7 has ended.');
    expect(said(await press('kill:app-7'))).toBe('app-7 is over: killed by @lee just now.');
  });

  it('Request changes opens a form whose text goes to the review', async () => {
    replace({ pr: prView() });
    const { form } = await press(`request_changes:app-7:${HEAD}~main`);
    expect(await submit(form?.id ?? '', { text: ' ' })).toEqual({
      errors: { text: 'Write something, or close the form.' },
    });
    expect(await submit(form?.id ?? '', { text: 'cover the empty case' })).toEqual({});
    expect(lastArgs().slice(1)).toEqual([
      'app-7',
      {
        decision: 'request_changes',
        text: 'cover the empty case',
        file: null,
        line: null,
        sha: HEAD,
        base: 'main',
        key: 'd-1',
      },
    ]);
  });

  it('answers the question with the option of the agent', async () => {
    replace({ openRequests: [requestView()] });
    expect(await press('answer:app-7:r1~keep')).toEqual({});
    expect(lastArgs().slice(1)).toEqual(['app-7', 'r1', { option: 'keep', text: null }]);
    const { form } = await press('other:app-7:r1');
    await submit(form?.id ?? '', { text: 'Remove it after the release' });
    expect(lastArgs().slice(1)).toEqual([
      'app-7',
      'r1',
      { option: null, text: 'Remove it after the release' },
    ]);
  });

  it('names who answered already', async () => {
    replace({
      openRequests: [
        requestView({
          answer: {
            by: { subject: 'web:lee', name: 'lee' },
            text: 'Keep both',
            where: 'chat',
            state: 'sending',
            at: NOW,
          },
        }),
      ],
    });
    expect(said(await press('answer:app-7:r1~remove'))).toBe(
      '@lee answered it already: "Keep both".',
    );
    expect(methods()).toEqual([]);
  });

  it('sends a waiting message as the answer instead, never both', async () => {
    replace({ openRequests: [requestView()], steers: [steerView()] });
    expect(await press('steer_as_answer:app-7:s1')).toEqual({});
    expect(bench.fake.calls.map((call) => call.method)).toEqual(['removeSteer', 'answer']);
    expect(lastArgs()[3]).toEqual({ option: null, text: 'use the new cookie' });
  });

  it('sends the files of a waiting message with the answer', async () => {
    replace({
      openRequests: [requestView()],
      steers: [steerView({ files: ['/inbox/app-7/shot.png'] })],
    });
    await press('steer_as_answer:app-7:s1');
    expect(lastArgs()[3]).toEqual({
      option: null,
      text: 'use the new cookie Files: /inbox/app-7/shot.png',
    });
  });

  it('gives back the words and files of a message that was not taken as the answer', async () => {
    replace({
      openRequests: [requestView()],
      steers: [steerView({ files: ['/inbox/app-7/shot.png'] })],
    });
    bench.fake.refuse('answer', 'AO_STATE', 'The question was answered.');
    const reply = await press('steer_as_answer:app-7:s1');
    expect(said(reply)).toContain('The question was answered.');
    await press(firstButton(reply));
    expect(lastArgs()[2]).toMatchObject({
      text: 'use the new cookie',
      files: ['/inbox/app-7/shot.png'],
    });
  });

  it('Interrupt… asks what to do instead', async () => {
    const { form } = await press('interrupt:app-7');
    await submit(form?.id ?? '', { text: '' });
    expect(lastArgs().slice(1)).toEqual(['app-7', null]);
  });

  it('Reply to an escalation sends and acknowledges', async () => {
    const { form } = await press('reply:app-7:ci-failed');
    await submit(form?.id ?? '', { text: 'look at the fixture' });
    expect(methods()).toEqual(['send', 'acknowledge']);
  });

  it('Full log answers with the log', async () => {
    expect(said(await press('check_log:app-7:unit'))).toBe(
      'Log of unit in app-7:\n  expected 1, got 2',
    );
  });

  it.each(['', 'nonsense', 'merge', 'pick_project::gone', 'hasOwnProperty:app-7'])(
    'an id that means nothing ("%s") is answered, not thrown',
    async (id) => {
      expect(said(await press(id))).toMatch(/too old/);
    },
  );
});

describe('commands outside the thread', () => {
  it('say what was done', async () => {
    expect(said(await command('kill app-7'))).toBe('app-7 is killed. Undo: /ao undo app-7');
    expect(said(await command('send app-7 hello'))).toBe('Queued for app-7, 1st in line.');
    expect(said(await command('handoff app-7 @lee'))).toBe('app-7 belongs to @lee now.');
    expect(said(await command('handoff app-7 somebody'))).toBe(
      '"somebody" is neither an agent nor a person ao knows. The agents are claude-code, codex; a person is named like this: /ao handoff app-7 @lee',
    );
    expect(said(await command('digest'))).toBe('ao, Friday 20 Nov: nothing happened.');
    expect(said(await command('budget'))).toBe('No live session has a budget.');
  });

  it('hands over to an agent, with words for it', async () => {
    expect(said(await command('handoff app-7 codex'))).toBe('app-7 continues with codex.');
    expect(lastArgs().slice(1)).toEqual(['app-7', { agent: 'codex', model: null, words: null }]);
    await command('handoff app-7 Codex look at login.ts first');
    expect(lastArgs().slice(1)).toEqual([
      'app-7',
      { agent: 'codex', model: null, words: 'look at login.ts first' },
    ]);
  });

  it('the words of an option choose it', async () => {
    replace({ openRequests: [requestView()] });
    await command('answer app-7 keep both');
    expect(lastArgs().slice(1)).toEqual(['app-7', 'r1', { option: 'keep', text: null }]);
    await command('answer app-7 neither');
    expect(lastArgs()[3]).toEqual({ option: null, text: 'neither' });
  });
});
