import { type IPty, spawn } from '@lydell/node-pty';
import type { AgentTerminal } from '../../src/slots/agent.ts';

const KEYS: Readonly<Record<string, string>> = {
  Enter: '\r',
  Escape: '\u001b',
  'C-c': '\u0003',
  'C-d': '\u0004',
  Tab: '\t',
  Space: ' ',
};
/** What a terminal's line discipline takes at once without losing anything. */
const CHUNK = 1_024;

export interface PtyTerminal {
  readonly terminal: AgentTerminal;
  /** Everything printed so far, without escape sequences. */
  screen(): string;
  exited(): number | null;
  kill(): void;
}

/** A program on a real pseudo terminal, reached the way a runtime would: bracketed pastes when it asked for them. */
export function startOnPty(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): PtyTerminal {
  const [program = '', ...args] = argv;
  const pty: IPty = spawn(program, args, {
    cwd,
    env: { ...env, TERM: 'xterm-256color' },
    cols: 120,
    rows: 40,
  });
  let printed = '';
  let code: number | null = null;
  pty.onData((data) => {
    printed += data;
  });
  pty.onExit(({ exitCode }) => {
    code = exitCode;
  });
  const screen = (): string =>
    printed.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '').replaceAll('\r', '');
  const send = (text: string): void => {
    for (let at = 0; at < text.length; at += CHUNK) pty.write(text.slice(at, at + CHUNK));
  };
  return {
    screen,
    exited: () => code,
    kill: () => {
      if (code === null) pty.kill('SIGKILL');
    },
    terminal: {
      async write(text, { submit }) {
        const bracketed =
          printed.lastIndexOf('\u001b[?2004h') > printed.lastIndexOf('\u001b[?2004l');
        send(bracketed ? `\u001b[200~${text}\u001b[201~` : text.replaceAll('\n', '\r'));
        if (submit) pty.write('\r');
      },
      async keys(keys) {
        for (const key of keys) pty.write(KEYS[key] ?? key);
      },
      capture: async (lines) => screen().split('\n').slice(-lines).join('\n'),
    },
  };
}
