import { expect, test } from 'vitest';
import { priceTable } from '../../../src/domain/money/pricing.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { waitingClock } from '../../../test/support/waiting-clock.ts';
import { Conversation } from './conversation.ts';
import { deliverText } from './deliver.ts';
import type { StatusFile } from './schema.ts';

/** Claude Code's input, as slow as a look asks: `onLook(n)` runs before the n-th look. */
class SlowInput {
  input: string | null = '';
  status: StatusFile = { pid: 1, sessionId: 's', status: 'idle', statusUpdatedAt: 500 };
  /** Follows a key or a paste only when told so. */
  readonly pressed: string[] = [];
  readonly sent: string[] = [];
  onLook: (look: number) => void = () => undefined;
  onKey: (key: string) => void = (key) => {
    if (key === 'C-c') this.input = '';
    if (key === 'C-s') this.input = '';
    if (key === 'Enter') this.input = '';
  };
  onPaste: (text: string) => void = (text) => {
    this.input = (this.input ?? '') + text;
  };
  #looks = 0;

  readonly terminal = {
    write: async (text: string) => this.onPaste(text),
    keys: async (keys: readonly string[]) => {
      for (const key of keys) {
        this.pressed.push(key);
        if (key === 'Enter') this.sent.push(this.input ?? '(nothing)');
        this.onKey(key);
      }
    },
    capture: async () => {
      this.#looks += 1;
      this.onLook(this.#looks);
      const rule = '─'.repeat(40);
      return this.input === null
        ? 'a menu'
        : `${rule}\n❯ ${this.input.split('\n').join('\n  ')}\n${rule}\n  ? for shortcuts`;
    },
  };
}

function world() {
  const clock = waitingClock();
  const input = new SlowInput();
  const session = { agentSession: 's', stateDir: tempDir(), cwd: '/nowhere' } as never;
  // It saves when a text is typed; what it would save later is of no interest here.
  const still: Clock = { now: clock.now, after: () => ({ cancel: () => undefined }) };
  const conversation = new Conversation({
    session,
    configDir: '/nowhere',
    clock: still,
    prices: priceTable([]),
    emit: () => undefined,
    tell: untold,
  });
  const deliver = (text: string, attempt = 1) =>
    deliverText(
      text,
      { attempt, inDoubt: false },
      {
        terminal: input.terminal,
        conversation,
        clock,
        status: () => input.status,
        requestOpen: () => input.status.status === 'waiting',
      },
    );
  /** A turn that Escape ended before its first word. */
  const interrupted = (prompt: string) => {
    conversation.accept(prompt, 400, 'hook');
    input.status = { ...input.status, status: 'idle', statusUpdatedAt: 500 };
  };
  return { input, deliver, interrupted };
}

test('types and presses Enter', async () => {
  const { input, deliver } = world();
  expect(await deliver('hello')).toEqual({ type: 'typed', accepted: false });
  expect(input.sent).toEqual(['hello']);
  expect(input.pressed).toEqual(['Enter']);
});

test('types nothing where no input is shown', async () => {
  const { input, deliver } = world();
  input.input = null;
  input.onPaste = () => expect.unreachable();
  expect(await deliver('hello')).toMatchObject({ type: 'deferred' });
  expect(input.pressed).toEqual([]);
});

test('waits for an input that is shown late', async () => {
  const { input, deliver } = world();
  input.input = null;
  input.onLook = (look) => {
    if (look === 20) input.input = '';
  };
  expect(await deliver('hello')).toMatchObject({ type: 'typed' });
  expect(input.sent).toEqual(['hello']);
});

test('waits for the prompt that an interrupt puts back, and clears it however late it comes', async () => {
  const { input, deliver, interrupted } = world();
  interrupted('do it\nwith care');
  input.onLook = (look) => {
    if (look === 10) input.input = 'do it\nwi';
    if (look === 14) input.input = 'do it\nwith care';
  };
  expect(await deliver('next')).toMatchObject({ type: 'typed' });
  expect(input.pressed).toEqual(['C-c', 'Enter']);
  expect(input.sent).toEqual(['next']);
});

test('a half-drawn prompt is cleared, not kept as a draft', async () => {
  const { input, deliver, interrupted } = world();
  interrupted('do it\nwith care');
  input.onLook = (look) => {
    if (look === 2) input.input = 'do it\nwi';
  };
  await deliver('next');
  expect(input.pressed).toEqual(['C-c', 'Enter']);
});

test('does not wait twice for a prompt that a person took away', async () => {
  const { input, deliver, interrupted } = world();
  interrupted('do it');
  await deliver('one');
  let looks = 0;
  input.input = '';
  input.onLook = () => (looks += 1);
  await deliver('two');
  expect(looks).toBeLessThan(5);
  expect(input.sent).toEqual(['one', 'two']);
});

test('an input that cannot be cleared gets no text and no second Ctrl-C, which would end the program', async () => {
  const { input, deliver, interrupted } = world();
  interrupted('do it');
  input.input = 'do it';
  input.onKey = () => undefined;
  input.onPaste = () => expect.unreachable();
  expect(await deliver('next')).toMatchObject({ type: 'deferred' });
  expect(input.pressed).toEqual(['C-c']);
});

test('presses Enter only after the whole text is shown', async () => {
  const { input, deliver } = world();
  let typed = '';
  input.onPaste = (text) => {
    typed += text;
  };
  let shownAt = 0;
  input.onLook = (look) => {
    if (typed === '' || input.sent.length > 0) return;
    shownAt ||= look + 30;
    input.input = look < shownAt ? typed.slice(0, 3) : typed;
  };
  expect(await deliver('hello')).toMatchObject({ type: 'typed' });
  expect(input.sent).toEqual(['hello']);
});

test('a prompt that comes back while the text is typed is not sent with it', async () => {
  const { input, deliver, interrupted } = world();
  interrupted('do it');
  input.status = { ...input.status, status: 'busy' };
  input.onPaste = (text) => {
    input.input = `do it${text}`;
  };
  expect(await deliver('next')).toMatchObject({ type: 'deferred' });
  expect(input.sent).toEqual([]);
  input.onPaste = (text) => {
    input.input = text;
  };
  expect(await deliver('next')).toMatchObject({ type: 'typed' });
  expect(input.sent).toEqual(['next']);
});

test('words somebody types at the same time are not sent with the text and stay in the input', async () => {
  const { input, deliver } = world();
  const paste = input.onPaste;
  input.onPaste = (text) => {
    paste(`ha${text}lf a`);
    input.onPaste = paste;
  };
  expect(await deliver('next')).toMatchObject({ type: 'deferred' });
  expect(input.pressed).toEqual(['C-c']);
  expect(input.input).toBe('half a');
  expect(await deliver('next')).toMatchObject({ type: 'typed' });
  expect(input.pressed).toEqual(['C-c', 'C-s', 'Enter']);
  expect(input.sent).toEqual(['next']);
});

test('a sign somebody types before the text would make a command of it: nothing is sent', async () => {
  const { input, deliver } = world();
  const paste = input.onPaste;
  input.onPaste = (text) => {
    paste(`/${text}`);
    input.onPaste = paste;
  };
  expect(await deliver('next')).toMatchObject({ type: 'deferred' });
  expect(input.sent).toEqual([]);
});

test.each(['Try "edit foo.ts"', 'Press up to edit it', '> quoted\n> twice', '❯ 1. Yes'])(
  'a text that looks like the program itself is sent: %s',
  async (text) => {
    const { input, deliver } = world();
    expect(await deliver(text)).toMatchObject({ type: 'typed' });
    expect(input.sent).toEqual([text]);
  },
);

test('an Enter that the program takes for something else is pressed again', async () => {
  const { input, deliver } = world();
  input.onKey = () => {
    if (input.pressed.length === 2) input.input = '';
  };
  expect(await deliver('hello')).toMatchObject({ type: 'typed' });
  expect(input.pressed).toEqual(['Enter', 'Enter']);
});

test('an input that keeps the text is told as the reason', async () => {
  const { input, deliver } = world();
  input.onKey = () => undefined;
  expect(await deliver('hello')).toMatchObject({
    type: 'deferred',
    reason: expect.stringContaining('Enter does not submit'),
  });
});

test('a dialog that opens while the text is typed gets no Enter', async () => {
  const { input, deliver } = world();
  input.onPaste = () => {
    input.input = null;
    input.status = { ...input.status, status: 'waiting', waitingFor: 'permission prompt' };
  };
  expect(await deliver('next')).toMatchObject({
    type: 'deferred',
    reason: expect.stringContaining('permission prompt'),
  });
  expect(input.pressed).toEqual([]);
});

test('a text that was typed before and still stands there only gets its Enter', async () => {
  const { input, deliver } = world();
  input.onPaste = () => {
    input.input = null;
  };
  expect(await deliver('next')).toMatchObject({ type: 'deferred' });
  input.input = 'next';
  input.onPaste = () => expect.unreachable();
  expect(await deliver('next')).toMatchObject({ type: 'typed' });
  expect(input.sent).toEqual(['next']);
});

test.each(['Resend your message to try again', 'A hint that nobody has seen before'])(
  'a hint in an empty input keeps nothing back: %s',
  async (hint) => {
    const { input, deliver } = world();
    input.input = hint;
    input.onKey = (key) => {
      if (key === 'Enter') input.input = '';
    };
    input.onPaste = (text) => {
      input.input = text;
    };
    expect(await deliver('try again')).toMatchObject({ type: 'typed' });
    expect(input.sent).toEqual(['try again']);
  },
);

test('a draft that was stashed before is set aside again when a hint made it come back', async () => {
  const { input, deliver } = world();
  input.input = 'A hint that nobody has seen before';
  input.onKey = (key) => {
    if (key === 'C-s') input.input = input.pressed.length === 1 ? 'half a thought' : '';
    if (key === 'Enter') input.input = 'half a thought';
  };
  expect(await deliver('whole')).toMatchObject({ type: 'typed' });
  expect(input.sent).toEqual(['whole']);
});
