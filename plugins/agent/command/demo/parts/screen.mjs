// A small terminal front: readable lines out; keys, typed lines and bracketed pastes in.
const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';
/** An Escape that is not followed by more within this time is the key. */
const LONE_ESCAPE_MS = 40;

const paint = (code) => (text) => (process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);
export const cyan = paint(36);

export const say = (text = '') => process.stdout.write(`${text}\n`);
export const step = (text) => say(`${cyan('●')} ${text}`);
export const detail = (text) => {
  for (const line of text.trimEnd().split('\n')) say(`  ${dim('│')} ${line}`);
};

/** `on.submit(text)`, `on.key('escape' | 'ctrl-c' | 'ctrl-d' | character)`; a key handler that returns true has used the key up. */
export function readInput(on) {
  const { stdin } = process;
  let pending = '';
  let line = '';
  let paste = null;
  let timer = null;

  if (stdin.isTTY) {
    stdin.setRawMode(true);
    process.stdout.write('\u001b[?2004h');
    process.on('exit', () => process.stdout.write('\u001b[?2004l'));
  }
  stdin.setEncoding('utf8');

  const submit = () => {
    const text = line;
    line = '';
    if (stdin.isTTY) say();
    if (text.trim() !== '') on.submit(text);
  };
  const dropLast = () => {
    line = line.slice(0, -1);
  };
  const typed = (character) => {
    if (character === '\r' || character === '\n') return submit();
    if (character === '\u0003') return void on.key('ctrl-c');
    if (character === '\u0004') return void (line === '' && on.key('ctrl-d'));
    if (character === '\u007f' || character === '\b') return dropLast();
    if (character < ' ' && character !== '\t') return;
    if (line === '' && on.key(character)) return;
    line += character;
    if (stdin.isTTY) process.stdout.write(character);
  };
  const pasted = (text) => {
    const clean = text.replace(/\r\n?/g, '\n');
    line += clean;
    if (stdin.isTTY)
      process.stdout.write(
        clean.length <= 200 && !clean.includes('\n')
          ? clean
          : dim(`[pasted ${clean.split('\n').length} lines, ${clean.length} characters]`),
      );
  };

  const drain = (certain) => {
    for (;;) {
      if (paste !== null) {
        const end = pending.indexOf(PASTE_END);
        if (end === -1) {
          // The end mark may be cut in two by the terminal.
          const keep = Math.min(pending.length, PASTE_END.length - 1);
          paste += pending.slice(0, pending.length - keep);
          pending = pending.slice(pending.length - keep);
          return;
        }
        pasted(paste + pending.slice(0, end));
        paste = null;
        pending = pending.slice(end + PASTE_END.length);
      } else if (pending === '') {
        return;
      } else if (pending.startsWith(PASTE_START)) {
        paste = '';
        pending = pending.slice(PASTE_START.length);
      } else if (pending[0] === '\u001b') {
        if (!certain && (PASTE_START.startsWith(pending) || pending === '\u001b')) return wait();
        const sequence = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O.)/.exec(pending);
        if (sequence === null) on.key('escape');
        pending = pending.slice(sequence?.[0].length ?? 1);
      } else {
        const [character] = pending;
        pending = pending.slice(character.length);
        typed(character);
      }
    }
  };
  const wait = () => {
    timer = setTimeout(() => drain(true), LONE_ESCAPE_MS);
  };

  stdin.on('data', (chunk) => {
    clearTimeout(timer);
    pending += chunk;
    drain(false);
  });
  stdin.on('end', () => on.key('ctrl-d'));
}
