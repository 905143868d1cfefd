/** The terminal side of the fake agents: bracketed pastes and keys in, whole screens out. */
export interface TerminalInput {
  paste(text: string): void;
  /** `Enter`, `Escape`, `C-c`, `C-s`, `Tab`, `Up`, `Down`, `Left`, `Right`, or the character itself. */
  key(name: string): void;
}

const NAMES: Readonly<Record<string, string>> = {
  '\r': 'Enter',
  '\n': 'Enter',
  '\x1b': 'Escape',
  '\x03': 'C-c',
  '\x13': 'C-s',
  '\t': 'Tab',
};
const ARROWS: Readonly<Record<string, string>> = { A: 'Up', B: 'Down', C: 'Right', D: 'Left' };
const PASTE = '\x1b[200~';
const PASTE_END = '\x1b[201~';

export function readTerminal(input: TerminalInput): void {
  process.stdin.setRawMode(true);
  process.stdin.setEncoding('utf8');
  process.stdout.write('\x1b[?2004h');
  let pending = '';
  process.stdin.on('data', (chunk: string) => {
    pending += chunk;
    for (let next = takeOne(pending, input); next !== null; next = takeOne(pending, input))
      pending = next;
  });
}

/** What is left after one key or paste; null when there is nothing whole to take. */
function takeOne(pending: string, input: TerminalInput): string | null {
  if (pending === '') return null;
  if (pending.startsWith(PASTE)) {
    const end = pending.indexOf(PASTE_END);
    if (end === -1) return null;
    input.paste(pending.slice(PASTE.length, end).replaceAll('\r', '\n'));
    return pending.slice(end + PASTE_END.length);
  }
  if (pending.length > 1 && PASTE.startsWith(pending)) return null;
  const arrow = /^\x1b[[O]([ABCD])/.exec(pending);
  if (arrow !== null) {
    input.key(ARROWS[arrow[1] ?? ''] ?? '');
    return pending.slice(3);
  }
  // Other escape sequences (focus, answers of the terminal) say nothing here.
  const sequence = /^\x1b\[[0-9;?]*[A-Za-z]/.exec(pending);
  if (sequence !== null) return pending.slice(sequence[0].length);
  const character = [...pending][0] ?? '';
  input.key(NAMES[character] ?? character);
  return pending.slice(character.length);
}

/** Draws the last lines that fit, wrapped by the terminal. */
export function drawScreen(lines: readonly string[]): void {
  const rows = process.stdout.rows || 40;
  process.stdout.write(
    `\x1b[H\x1b[2J${lines
      .join('\n')
      .split('\n')
      .slice(-(rows - 1))
      .join('\r\n')}`,
  );
}

/** Text as a terminal shows it: cut into pieces of its width. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
}
