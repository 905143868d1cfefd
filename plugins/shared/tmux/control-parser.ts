export type ControlEvent =
  /** Reply to one command. `own` is false for the block of the client's own start. */
  | {
      readonly type: 'reply';
      readonly own: boolean;
      readonly ok: boolean;
      readonly lines: readonly string[];
    }
  /** `%name arguments`. */
  | { readonly type: 'notification'; readonly name: string; readonly rest: string };

interface OpenBlock {
  readonly key: string;
  readonly own: boolean;
  readonly lines: string[];
}

/**
 * Reads tmux's control-mode output. Replies are blocks `%begin K` ... `%end K` or `%error K` with the same K
 * (time, number, flags); notifications stand between blocks only. Other lines between blocks are ignored.
 */
export function controlParser(emit: (event: ControlEvent) => void): (chunk: string) => void {
  let rest = '';
  let block: OpenBlock | null = null;

  const readLine = (line: string): void => {
    if (block) {
      const end = /^%(end|error) (.*)$/.exec(line);
      if (end?.[2] !== block.key) return void block.lines.push(line);
      const { own, lines } = block;
      block = null;
      return emit({ type: 'reply', own, ok: end[1] === 'end', lines });
    }
    const begin = /^%begin (\d+ \d+ (\d+))$/.exec(line);
    if (begin) {
      block = { key: begin[1] ?? '', own: begin[2] === '1', lines: [] };
      return;
    }
    const notification = /^%([a-z-]+) ?(.*)$/.exec(line);
    if (notification)
      emit({ type: 'notification', name: notification[1] ?? '', rest: notification[2] ?? '' });
  };

  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) readLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  };
}
