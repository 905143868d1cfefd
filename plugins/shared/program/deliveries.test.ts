import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { type TempDir, tempDir } from '../../../test/support/tmp.ts';
import { launchNote, openDeliveries } from './deliveries.ts';
import { followEventFile } from './event-file.ts';
import { fingerprint } from './message-text.ts';
import { foldProgramEvent, NOTHING_SAID } from './program-state.ts';
import { parseProgramEvent } from './protocol.ts';

let folder: TempDir;
beforeEach(() => {
  folder = tempDir();
});
afterEach(() => folder.remove());

/** What a watch that reads the whole file anew tells of accepted messages. */
function readAnew(path: string): readonly string[] {
  const deliveries = openDeliveries(folder.path, untold);
  const told: string[] = [];
  let state = NOTHING_SAID;
  const file = followEventFile(
    path,
    manualClock(),
    (line, offset) => {
      const event = parseProgramEvent(line);
      if (event === null) return;
      const next = foldProgramEvent(state, { event, offset, now: 0, noteOf: deliveries.find });
      state = next.state;
      told.push(
        ...next.events.flatMap((one) => (one.type === 'prompt_accepted' ? [one.text] : [])),
      );
    },
    () => {},
    untold,
  );
  file.pump();
  file.close();
  return told;
}

const line = (event: object): string => `${JSON.stringify(event)}\n`;

test('each line comes with the place where it ends, whatever was read at once', () => {
  const path = join(folder.path, 'events');
  writeFileSync(
    path,
    Buffer.concat([Buffer.from('one\nzwölf\n'), Buffer.from([0xff, 0x0a]), Buffer.from('unfin')]),
  );
  const seen: [string, number][] = [];
  const file = followEventFile(
    path,
    manualClock(),
    (text, offset) => seen.push([text, offset]),
    () => {},
    untold,
  );
  file.pump();
  appendFileSync(path, 'ished\n');
  file.pump();
  file.close();
  expect(seen).toEqual([
    ['one', 4],
    ['zwölf', 11],
    ['\ufffd', 13],
    ['unfinished', 24],
  ]);
});

test('"continue", said again and lost in a crash, is not taken for the "continue" of before', () => {
  const path = join(folder.path, 'events');
  const before = line({ type: 'accepted', text: 'continue' }) + line({ type: 'ready' });
  writeFileSync(path, before);
  openDeliveries(folder.path, untold).note('continue', Buffer.byteLength(before));
  appendFileSync(path, line({ type: 'tool', summary: 'ls' }));
  expect(readAnew(path)).toEqual([]);
  appendFileSync(path, line({ type: 'accepted', sha256: fingerprint('continue') }));
  expect(readAnew(path)).toEqual(['continue']);
});

test('a launch that is done again after a crash keeps what counts of its first try', () => {
  const path = join(folder.path, 'events');
  const put = (launch: number, said: number): void => {
    for (const [file, content] of Object.entries(
      launchNote(folder.path, 'the task', launch, said),
    )) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  };
  put(1, 0);
  const taken = line({ type: 'accepted', text: 'the task' });
  writeFileSync(path, taken);
  put(1, taken.length);
  expect(readAnew(path)).toEqual(['the task']);
  put(2, taken.length);
  expect(readAnew(path)).toEqual([]);
});
