import '@xterm/xterm/css/xterm.css';
import type { Terminal } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { SessionView } from '../../../../http/contract.ts';
import type { Api } from '../live/api.ts';
import { hasKey } from '../live/page-key.ts';
import { useModel } from '../parts/context.ts';

type Link = 'connecting' | 'open' | 'closed';

/** The agent's terminal. Watching is the default; typing is a switch, because keys here reach the agent at once. */
export function TerminalTab({ view }: { view: SessionView }) {
  const [writing, setWriting] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const toggle = useRef<HTMLInputElement>(null);
  const { box, link } = useTerminal(view.id, { writing, attempt }, () => {
    setWriting(false);
    toggle.current?.focus();
  });
  const ended = view.stage === 'ended';
  return (
    <div class={`terminal ${writing ? 'writing' : ''}`}>
      <div class="terminal-bar">
        <span class={`link-state ${link}`} role="status">
          {link === 'open'
            ? writing
              ? 'Your keys go to the agent. Shift+Esc stops that'
              : 'Watching'
            : link === 'connecting'
              ? 'Connecting…'
              : ended
                ? 'The session has ended'
                : writing
                  ? 'Not connected. Typing needs the right "terminal".'
                  : 'Not connected'}
        </span>
        {link === 'closed' && (
          <button type="button" class="button" onClick={() => setAttempt(attempt + 1)}>
            Connect again
          </button>
        )}
        <label class="switch">
          <input
            ref={toggle}
            type="checkbox"
            role="switch"
            aria-checked={writing}
            checked={writing}
            disabled={ended}
            onChange={(event) => setWriting(event.currentTarget.checked)}
          />
          Type into the terminal
        </label>
      </div>
      <div class="terminal-box" ref={box} />
    </div>
  );
}

function useTerminal(
  session: string,
  { writing, attempt }: { readonly writing: boolean; readonly attempt: number },
  onLeave: () => void,
) {
  const model = useModel();
  const box = useRef<HTMLDivElement>(null);
  const [link, setLink] = useState<Link>('connecting');
  useEffect(() => {
    const end = new AbortController();
    setLink('connecting');
    const { signal } = end;
    const { api } = model;
    show({ api, session, writing, box: box.current, signal, onLink: setLink, onLeave }).catch(
      () => {
        if (!signal.aborted) setLink('closed');
      },
    );
    return () => end.abort();
  }, [session, writing, attempt, model.wide.value]);
  return { box, link };
}

interface Showing {
  readonly api: Api;
  readonly session: string;
  readonly writing: boolean;
  readonly box: HTMLElement | null;
  readonly signal: AbortSignal;
  readonly onLink: (link: Link) => void;
  /** The keyboard's way out of a terminal that takes every other key. */
  readonly onLeave: () => void;
}

/** Loads xterm only when a terminal is looked at; it is most of the page's weight. */
async function show({
  api,
  session,
  writing,
  box,
  signal,
  onLink,
  onLeave,
}: Showing): Promise<void> {
  const [{ Terminal }, ticket] = await Promise.all([import('@xterm/xterm'), ticketFor(api)]);
  if (signal.aborted || !box) return;
  const terminal = new Terminal({
    disableStdin: !writing,
    cursorBlink: writing,
    fontFamily: getComputedStyle(box).fontFamily,
    fontSize: fontFor(box),
    lineHeight: 1.2,
    ...SIZE,
    theme: THEME,
  });
  terminal.open(box);
  terminal.attachCustomKeyEventHandler((event) => {
    if (writing && event.shiftKey && event.key === 'Escape') {
      if (event.type === 'keydown') onLeave();
      return false;
    }
    // Who only watches keeps the page's keys: Tab goes on.
    return writing;
  });

  const socket = new WebSocket(addressOf(session, { writing, ticket }));
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    onLink('open');
    socket.send(JSON.stringify({ type: 'resize', ...SIZE }));
    if (writing) terminal.focus();
  };
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) =>
    terminal.write(typeof data === 'string' ? data : new Uint8Array(data));
  socket.onclose = () => {
    if (!signal.aborted) onLink('closed');
  };
  if (writing) sendKeys(terminal, socket);
  const watch = new ResizeObserver(() => {
    terminal.options.fontSize = fontFor(box);
  });
  watch.observe(box);
  signal.addEventListener('abort', () => {
    watch.disconnect();
    socket.close();
    terminal.dispose();
  });
}

/** The size agents' terminals have: nobody who looks changes it, so the page shows all of it. */
const SIZE = { cols: 200, rows: 50 } as const;
/** A character of the page's fixed font is about so wide, in parts of its size. */
const CHARACTER = 0.602;

/** As large as lets all columns be seen, but readable; what then doesn't fit is scrolled to. In px. */
const fontFor = (box: HTMLElement): number =>
  Math.min(12.5, Math.max(8, (box.clientWidth - 24) / (SIZE.cols * CHARACTER)));

function sendKeys(terminal: Terminal, socket: WebSocket): void {
  const bytes = new TextEncoder();
  terminal.onData((text) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(bytes.encode(text));
  });
}

/** A socket can't send the page's key; behind a proxy that signs people in there is none. */
const ticketFor = async (api: Api): Promise<string | null> =>
  hasKey() ? (await api.post<{ ticket: string }>('ticket', {})).ticket : null;

function addressOf(
  session: string,
  { writing, ticket }: { readonly writing: boolean; readonly ticket: string | null },
): string {
  const url = new URL(
    `./api/sessions/${encodeURIComponent(session)}/terminal?mode=${writing ? 'write' : 'read'}`,
    document.baseURI,
  );
  if (ticket !== null) url.searchParams.set('ticket', ticket);
  url.hash = '';
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Dark in both themes: agents choose their colours for a dark terminal. */
const THEME = {
  background: '#101114',
  foreground: '#d6d8dd',
  cursor: '#d6d8dd',
  selectionBackground: '#3a3f4b',
  black: '#1b1d21',
  red: '#f07178',
  green: '#8fce7a',
  yellow: '#e6c07b',
  blue: '#7aa2f7',
  magenta: '#c792ea',
  cyan: '#6fc3df',
  white: '#c8ccd4',
  brightBlack: '#6b7280',
  brightRed: '#ff8b92',
  brightGreen: '#a9e394',
  brightYellow: '#f3d49b',
  brightBlue: '#9dbcff',
  brightMagenta: '#ddb3ff',
  brightCyan: '#93dcf2',
  brightWhite: '#f4f5f7',
};
