import { beforeEach, describe, expect, it } from 'vitest';
import { type ChatBench, chatBench } from '../../../test/fakes/chat-bench.ts';
import { NOW, projectView } from '../../../test/fakes/views.ts';
import type { Button, ChatInput, ChatReply, ChatUser } from '../../slots/chat.ts';
import { renderPlain } from '../words/render-plain.ts';

const dana: ChatUser = {
  subject: 'web:dana',
  name: 'dana',
  groups: [],
  external: false,
  bot: false,
};
const shot = { name: 'shot.png', mime: 'image/png', size: 10, ref: 'x' };

let bench: ChatBench;
beforeEach(() => {
  bench = chatBench();
});

/** Said to ao by its name. */
const says = (
  text: string,
  over: Partial<Extract<ChatInput, { type: 'command' }>> = {},
): Promise<ChatReply> =>
  bench.inbound({
    type: 'command',
    platform: 'web',
    delivery: 'd-1',
    user: dana,
    channel: 'c1',
    thread: null,
    at: NOW,
    text,
    words: text,
    plain: true,
    message: 'm9',
    files: [],
    trigger: null,
    ...over,
  });
const press = (action: string): Promise<ChatReply> =>
  bench.inbound({
    type: 'action',
    platform: 'web',
    delivery: 'press',
    user: dana,
    channel: 'c1',
    thread: null,
    at: NOW,
    action,
    value: null,
    message: 'private',
    trigger: null,
  });
const said = (answer: ChatReply): string =>
  answer.whisper === undefined ? '' : renderPlain(answer.whisper);
const choices = (answer: ChatReply): readonly Button[] =>
  (answer.whisper?.blocks ?? []).flatMap((block) =>
    block.type === 'buttons' ? block.buttons : [],
  );
const chooses = async (answer: ChatReply, label: string): Promise<ChatReply> => {
  const found = choices(answer).find((one) => one.label === label);
  if (found === undefined) throw new Error(`no ${label} on: ${said(answer)}`);
  return press(found.id);
};
const calls = (): readonly unknown[] =>
  bench.fake.calls.map(({ method, args }) => [method, ...args.slice(1)]);
const SOURCE = { platform: 'web', channel: 'c1', thread: 'm9', message: 'm9' };

describe('plain words in a channel', () => {
  it('are a task; the message shows that it was taken', async () => {
    await says('fix the flaky login test', { files: [shot] });
    expect(calls()).toMatchObject([
      [
        'spawn',
        {
          text: 'fix the flaky login test',
          issues: [],
          project: null,
          channel: 'c1',
          key: 'd-1',
          files: ['/inbox/tasks/shot.png'],
          source: SOURCE,
        },
      ],
    ]);
    expect(bench.receipts).toEqual([['m9', '👀']]);
  });

  it('carry what was forwarded with them, and say which file is missing', async () => {
    const answer = await says('look into this', {
      words: 'look into this\n\nForwarded from lee:\n> it broke',
      files: [{ ...shot, ref: 'gone' }],
    });
    expect(JSON.stringify(calls())).toContain('> it broke');
    expect(said(answer)).toContain('The file shot.png could not be read');
  });

  it('of nothing but a file are a task, too', async () => {
    await says('', { words: '', files: [shot] });
    expect(calls()).toMatchObject([['spawn', { text: 'Look at what is attached.' }]]);
  });

  it('that are refused are marked, and no file is kept for who may not start anything', async () => {
    bench.denies.add('spawn');
    expect(said(await says('fix the login', { files: [shot] }))).toBe('You may not spawn.');
    expect(bench.receipts.at(-1)).toEqual(['m9', '⚠️']);
    expect(calls()).toEqual([]);
  });

  it('ask once for the project and then go on with words, files and receipt', async () => {
    bench = chatBench({ projects: [projectView(), projectView({ id: 'web', name: 'Web' })] });
    bench.fake.refuse('spawn', 'AO_PROJECT_AMBIGUOUS', 'No project for this channel.');
    const answer = await says('fix the login', { files: [shot] });
    expect(bench.receipts.at(-1)).toEqual(['m9', null]);
    await chooses(answer, 'Web');
    expect(calls().at(-1)).toMatchObject([
      'spawn',
      { project: 'web', text: 'fix the login', key: 'd-1', source: SOURCE },
    ]);
  });

  it('a command that is known wins', async () => {
    expect(said(await says('status'))).toContain('1 session');
    expect(calls()).toEqual([]);
  });

  it.each(['Start a session on it', '/ao spawn fix the login'])(
    'a near miss asks, and "%s" does it once however often it is pressed',
    async (label) => {
      const answer = await says('spwan fix the login', { files: [shot] });
      expect(said(answer)).toContain('Did you mean /ao spawn fix the login ?');
      expect(calls()).toEqual([]);
      await chooses(answer, label);
      await chooses(answer, label);
      const text = label.startsWith('/ao') ? 'fix the login' : 'spwan fix the login';
      expect(calls()).toMatchObject([
        ['spawn', { text, key: 'd-1', source: SOURCE }],
        ['spawn', { text, key: 'd-1', source: SOURCE }],
      ]);
    },
  );

  it('a greeting starts nothing unasked', async () => {
    const answer = await says('hello');
    expect(calls()).toEqual([]);
    await chooses(answer, 'Start a session on it');
    expect(calls()).toMatchObject([['spawn', { text: 'hello' }]]);
  });

  it('typed as a command they are asked about', async () => {
    const { plain: _, ...typed } = { plain: true };
    const answer = await says('please fix the login', { ...typed, plain: undefined as never });
    expect(said(answer)).toContain("isn't a command");
    await chooses(answer, 'Start a session on it');
    expect(calls()).toMatchObject([['spawn', { text: 'please fix the login' }]]);
  });
});

describe("plain words in a session's thread", () => {
  const inThread = { thread: 't7' } as const;

  it('are a message to its agent, with its receipt', async () => {
    await says('please also fix the docs', { ...inThread, files: [shot] });
    expect(calls()).toMatchObject([
      [
        'send',
        'app-7',
        {
          text: 'please also fix the docs',
          files: ['/inbox/app-7/shot.png'],
          source: { thread: 't7', message: 'm9' },
        },
      ],
    ]);
    expect(bench.receipts).toEqual([['m9', '👀']]);
  });

  it.each([
    ['Send it to the agent as it is', ['send', 'app-7', { text: 'stop using lodash' }]],
    ['/ao stop', ['stop', 'app-7']],
  ])('a near miss asks: %s', async (label, expected) => {
    const answer = await says('stop using lodash', inThread);
    expect(calls()).toEqual([]);
    await press(choices(answer).find((one) => one.label === label)?.id ?? '');
    expect(calls()).toMatchObject([expected]);
  });
});

describe('a mention under a discussion', () => {
  const said = (id: string, who: string, text: string, own = false) => ({
    id,
    who,
    at: NOW,
    text,
    own,
    files: text.includes('shot') ? [shot] : [],
  });
  const quotes = (): string => JSON.stringify(bench.fake.calls.at(-1)?.args[1]);

  it('brings what was said there, with its files, and nothing of ao itself', async () => {
    bench.said = [said('1', 'lee', 'It broke, see shot'), said('2', 'ao', 'noise', true)];
    await says('fix this', { thread: 't1' });
    expect(calls()).toMatchObject([
      [
        'spawn',
        {
          text: 'fix this',
          quotes: [{ source: 'thread on web, 1 messages', text: expect.stringContaining('lee, ') }],
          files: ['/inbox/tasks/shot.png'],
          source: { thread: 't1', message: 'm9' },
        },
      ],
    ]);
    expect(quotes()).not.toContain('noise');
  });

  it('that is long is cut, and the person hears it', async () => {
    bench.said = Array.from({ length: 500 }, (_, n) => said(String(n), 'lee', 'x'.repeat(300)));
    const answer = await says('fix this', { thread: 't1' });
    expect(JSON.stringify(answer)).toContain('its beginning and its newest messages');
  });

  it('that can not be read is said to be missing, to the person and to the agent', async () => {
    bench.unreadable = 'Slack is away.';
    const answer = await says('fix this', { thread: 't1' });
    expect(JSON.stringify(answer)).toContain('The thread could not be read');
    expect(quotes()).toContain('could not be read');
    expect(bench.receipts.at(-1)).toEqual(['m9', '👀']);
  });

  it('is read for nobody who may not start anything', async () => {
    bench.denies.add('spawn');
    bench.unreadable = 'it was asked';
    expect(JSON.stringify(await says('fix this', { thread: 't1', files: [shot] }))).not.toContain(
      'it was asked',
    );
  });
});

describe('people who talk among themselves', () => {
  const talks = (text: string, thread = 't7'): Promise<ChatReply> =>
    bench.inbound({
      type: 'reply',
      platform: 'web',
      delivery: 'd-2',
      user: dana,
      channel: 'c1',
      thread,
      at: NOW,
      text,
      message: 'm1',
      files: [],
    });

  it.each(['// lunch?', '  //not for the agent'])('"%s" goes to nobody', async (text) => {
    expect(await talks(text)).toEqual({});
    expect(calls()).toEqual([]);
    expect(bench.receipts).toEqual([]);
  });

  it('an address that begins with slashes is no aside', async () => {
    await talks('//cdn.example.com/a.js is 404');
    expect(calls()).toMatchObject([['send', 'app-7', {}]]);
  });

  it('where the agent is called by name, replies are theirs, and not even rights are asked', async () => {
    bench.listens = 'mentions';
    bench.denied = true;
    expect(await talks('shall we merge it?')).toEqual({});
    expect(bench.receipts).toEqual([]);
    expect(bench.audited).toEqual([]);
  });

  it('a command with its sign is one all the same', async () => {
    bench.listens = 'mentions';
    await talks('!stop');
    expect(calls()).toMatchObject([['stop', 'app-7']]);
  });

  it('what was said between two mentions comes along with the second, once', async () => {
    bench.listens = 'mentions';
    bench.heard = '2';
    bench.said = ['1', '2', '3'].map((id) => ({
      id,
      who: 'lee',
      at: NOW,
      text: `words ${id}`,
      own: false,
      files: [],
    }));
    await says('and now?', { thread: 't7', message: '4' });
    const sent = JSON.stringify(calls());
    expect(calls()).toMatchObject([['send', 'app-7', { text: 'and now?' }]]);
    expect(sent).toContain('words 3');
    expect(sent).not.toContain('words 2');
    expect(bench.heard).toBe('4');
  });

  it('nothing is read for who may not steer, and what was said is not taken for heard', async () => {
    bench.listens = 'mentions';
    bench.denies.add('steer');
    bench.unreadable = 'it was asked';
    bench.fake.refuse('send', 'AO_ACCESS_DENIED', 'You may not steer.');
    const answer = await says('and now?', { thread: 't7', message: '4' });
    expect(JSON.stringify(answer)).toContain('You may not steer.');
    expect(bench.heard).toBeNull();
  });

  it.each([
    ['follow', 'all'],
    ['unfollow', 'mentions'],
  ] as const)('%s says who is heard from now on', async (text, to) => {
    const answer = await says(text, { thread: 't7' });
    expect(calls()).toEqual([['listen', 'app-7', to]]);
    expect(said(answer)).toContain('app-7');
  });
});
