/** What a keyboard, a mouse and a terminal send for the keys that tmux binds by default. For tests. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** Every key that tmux binds by itself, in all its tables, as the bytes a terminal sends for it. */
export function defaultTmuxKeys(): ReadonlyMap<string, string> {
  const socket = `ao-keys-${randomUUID()}`;
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  tmux('new-session', '-d', 'cat');
  const lines = tmux('list-keys').split('\n');
  tmux('kill-server');
  const names = lines.flatMap((line) => /-T +\S+ +(\S+)/.exec(line)?.[1] ?? []);
  const keys = new Map<string, string>();
  for (const name of names.map((key) => key.replace(/^"(.+)"$/, '$1').replace(/\\(?=.$)/, '')))
    if (!/Mouse|Wheel|Click|Drag/.test(name)) keys.set(name, bytesOf(name));
  return keys;
}

const CURSOR: Readonly<Record<string, string>> = {
  Up: 'A',
  Down: 'B',
  Right: 'C',
  Left: 'D',
  Home: 'H',
  End: 'F',
};
const TILDE: Readonly<Record<string, number>> = { IC: 2, DC: 3, PPage: 5, NPage: 6 };
const PLAIN: Readonly<Record<string, string>> = {
  Enter: '\r',
  Escape: '\u001b',
  Tab: '\t',
  BTab: '\u001b[Z',
  Space: ' ',
  BSpace: '\u007f',
};

function bytesOf(name: string): string {
  const modifiers = new Set<string>();
  let key = name;
  for (let match = /^([CMS])-(.+)$/.exec(key); match; match = /^([CMS])-(.+)$/.exec(key)) {
    modifiers.add(match[1] ?? '');
    key = match[2] ?? '';
  }
  const code =
    1 + (modifiers.has('S') ? 1 : 0) + (modifiers.has('M') ? 2 : 0) + (modifiers.has('C') ? 4 : 0);
  const cursor = CURSOR[key];
  if (cursor !== undefined) return `\u001b[${code === 1 ? '' : `1;${code}`}${cursor}`;
  const tilde = TILDE[key];
  if (tilde !== undefined) return `\u001b[${tilde}${code === 1 ? '' : `;${code}`}~`;
  const plain = PLAIN[key] ?? key;
  if ([...plain].length !== 1 && PLAIN[key] === undefined)
    throw new Error(`no bytes are known for the key ${name}`);
  const typed = modifiers.has('C')
    ? String.fromCharCode(plain.toUpperCase().charCodeAt(0) & 0x1f)
    : plain;
  return modifiers.has('M') ? `\u001b${typed}` : typed;
}

/** Presses, releases, drags and wheels of all buttons with all modifiers, in the encodings terminals have. */
export function mouseSequences(): readonly string[] {
  const places = [
    [1, 1],
    [40, 12],
    [200, 50],
  ] as const;
  const buttons = [0, 1, 2, 32, 33, 34, 64, 65].flatMap((button) =>
    [0, 4, 8, 16, 24].map((modifier) => button + modifier),
  );
  return buttons.flatMap((button) =>
    places.flatMap(([x, y]) => [
      `\u001b[<${button};${x};${y}M`,
      `\u001b[<${button};${x};${y}m`,
      // Twice at once is a double click.
      `\u001b[<${button};${x};${y}M\u001b[<${button};${x};${y}m`,
      `\u001b[M${String.fromCharCode(32 + button, 32 + Math.min(x, 90), 32 + y)}`,
    ]),
  );
}

/** What a terminal answers to questions, and what only a hostile one would send by itself. */
export const answersOfTerminals = (canary: string): readonly string[] => {
  const order = `run-shell 'touch ${canary}'`;
  const base64 = Buffer.from(order).toString('base64');
  return [
    `\u001b]52;c;${base64}\u0007`,
    `\u001b]52;c;${base64}\u001b\\`,
    `\u001bP>|${order}\u001b\\`,
    '\u001b[?62;22;52c',
    '\u001b[>41;330;0c',
    '\u001b[8;10;20t',
    '\u001b[4;100;100t',
    '\u001b[I',
    '\u001b[O',
    '\u001b[98;5u',
    '\u001b[27;5;98~',
    `\u001b]0;#(touch ${canary})\u0007`,
    `\u001bk#(touch ${canary})\u001b\\`,
    `\u001b[200~:${order}\r\u001b[201~`,
    `\u001b[200~\u0002:${order}\r\u001b[201~`,
  ];
};
