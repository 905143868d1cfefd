import { createInterface, type Interface } from 'node:readline';
import { plainText } from '../../../../src/lib/plain-text.ts';

const paint = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;
const bold = paint(1);
const dim = paint(2);
const yellow = paint(33);

export interface Keys {
  line(text: string): void;
  /** Escape, or Ctrl-C in a turn. */
  interrupt(): void;
  /** Ctrl-C or Ctrl-D at rest. */
  leave(): void;
}

/** The pane: what was said and done scrolls by, and one line to type in at the bottom. */
export class Screen {
  readonly #input: Interface;
  #unfinished = '';

  constructor(keys: Keys) {
    this.#input = createInterface({ input: process.stdin, output: process.stdout, prompt: '› ' });
    this.#input.on('line', (line) => {
      keys.line(line);
      this.#input.prompt();
    });
    this.#input.on('SIGINT', () => keys.interrupt());
    this.#input.on('close', () => keys.leave());
    process.stdin.on('keypress', (_text: string, key: { name?: string } | undefined) => {
      if (key?.name === 'escape') keys.interrupt();
    });
  }

  title(text: string): void {
    this.#print(bold(plainText(text)));
  }

  prompt(text: string): void {
    const lines = plainText(text).split('\n');
    const more = lines.length > 12 ? [dim(`… ${lines.length - 12} more lines`)] : [];
    this.#print(['', ...lines.slice(0, 12).map((line) => dim(`> ${line}`)), ...more].join('\n'));
  }

  /** Part of what the agent says; whole lines are shown at once. */
  say(text: string): void {
    const lines = (this.#unfinished + plainText(text)).split('\n');
    this.#unfinished = lines.pop() ?? '';
    if (lines.length > 0) this.#print(lines.join('\n'));
  }

  flush(): void {
    if (this.#unfinished !== '') this.#print(this.#unfinished);
    this.#unfinished = '';
  }

  tool(text: string): void {
    this.flush();
    this.#print(dim(`● ${plainText(text)}`));
  }

  ask(title: string, text: string, options: readonly string[], freeText: boolean): void {
    this.flush();
    const rows = options.map((option, place) => `  ${place + 1}. ${plainText(option)}`);
    const hint = freeText ? 'A number and Enter, or another answer' : 'A number and Enter';
    this.#print(
      [
        '',
        yellow(`? ${plainText(title)}`),
        ...(text === '' ? [] : [plainText(text)]),
        ...rows,
        dim(`  ${hint}`),
      ].join('\n'),
    );
  }

  note(text: string): void {
    this.flush();
    this.#print(dim(plainText(text)));
  }

  #print(text: string): void {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
    process.stdout.write(`${text}\n`);
    this.#input.prompt(true);
  }
}
