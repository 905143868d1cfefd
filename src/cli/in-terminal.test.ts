import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { inTerminal } from './in-terminal.ts';

function terminal() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => modes.push(raw) });
  const output = Object.assign(new PassThrough(), { columns: 91, rows: 31 });
  let shown = '';
  output.on('data', (data: Buffer) => {
    shown += data.toString();
  });
  return { input, output, modes, shown: () => shown };
}
const env = { PATH: process.env.PATH };

test('passes keys and screen through, in the size of the terminal, and is left by Ctrl-\\', async () => {
  const own = terminal();
  const ended = inTerminal(['sh', '-c', 'stty size; stty raw; cat'], own, env);
  await until(() => own.shown().includes('31 91'));
  own.input.write('\u0002dgrüße');
  await until(() => own.shown().includes('grüße'));
  Object.assign(own.output, { columns: 60, rows: 20 });
  own.output.emit('resize');
  own.input.write('last\u001cnot sent');
  expect(await ended).toBe(0);
  expect(own.shown()).not.toContain('not sent');
  expect(own.modes).toEqual([true, false]);
});

test('ends with the exit code of the program', async () => {
  expect(await inTerminal(['sh', '-c', 'exit 7'], terminal(), env)).toBe(7);
});
