import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FROM = '<!-- from here on: npm run docs -->';
const TO = '<!-- until here: npm run docs -->';

/** Cases that are whole scenarios rather than rows of a fault table; each says where it is played. */
const PLAYED: ReadonlyArray<readonly [fault: string, result: string, test: string]> = [
  [
    'the tmux server dies under the bot',
    'told in the thread; agents are resumed where they stopped',
    'test/e2e/faults.test.ts',
  ],
  [
    'a notifier hangs',
    'given up after its time limit, tried again by itself; nothing waits for it',
    'src/lifecycle/effects/notify-effect.test.ts',
  ],
  ['the clock is set forward by hours', 'what is due happens, once', 'test/e2e/clock.test.ts'],
  [
    'the clock is set back by hours, also while ao is down',
    'what was due in a minute is due in a minute; nothing happens twice',
    'test/e2e/clock.test.ts, src/lifecycle/timers.test.ts',
  ],
  [
    'a channel is archived, or ao taken out of it',
    'told in the web chat; afterwards everything comes in order, as it is by then',
    'test/e2e/shut-channel.test.ts',
  ],
  [
    'a merge into a base that is checked out dirty',
    'refused with the files; tried again, and merged when it is clean',
    'test/e2e/clock.test.ts',
  ],
  [
    'a storm of events in many sessions at once',
    'memory stays bounded, acks come in time, the rest catches up whole',
    'test/load/storm.test.ts with 6 sessions; `npm run test:storm` plays 100',
  ],
];

/** The tables of a generated file, without its title. */
function tables(root: string, file: string, title: string): readonly string[] {
  const path = join(root, 'docs', file);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith('| '));
  const end = lines.findIndex((line, at) => at > first && !line.startsWith('|'));
  return first === -1
    ? []
    : [
        `### ${title}`,
        '',
        `[Written by its tests](${file})`,
        '',
        ...lines.slice(first, end === -1 ? undefined : end),
        '',
      ];
}

/** docs/reliability.md with its table of cases and results put together from what the tests wrote. */
export function reliabilityDoc(root: string): string {
  const text = readFileSync(join(root, 'docs', 'reliability.md'), 'utf8');
  const [before = '', rest = ''] = text.split(FROM);
  const after = rest.split(TO)[1] ?? '';
  const cases = [
    ...tables(root, 'crash-matrix.md', 'Killed with SIGKILL'),
    ...tables(root, 'reconcile-matrix.md', 'After a restart or a reboot'),
    ...tables(root, 'faults/upstream.md', 'GitHub, Slack and Discord'),
    ...tables(root, 'faults/slow.md', 'GitHub, Slack and Discord, each answer after 30 s'),
    ...tables(root, 'faults/storage.md', 'Disk and database'),
    ...tables(root, 'faults/sessions.md', 'Around a session'),
    ...tables(root, 'faults/storm.md', 'A storm of events'),
    '### Played as scenarios',
    '',
    '| fault | what happens | test |',
    '|---|---|---|',
    ...PLAYED.map(([fault, result, test]) => `| ${fault} | ${result} | ${test} |`),
    '',
  ];
  return `${before}${FROM}\n\n${cases.join('\n')}\n${TO}${after}`;
}
