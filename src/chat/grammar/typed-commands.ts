/** The command table for platforms with typed options, and the way back from options to a command line. */
import { COST_SPANS } from '../../domain/money/cost-period.ts';
import { COST_GROUPS } from '../../domain/money/ledger.ts';
import type { TypedCommand, TypedOption } from '../../slots/chat-catalogue.ts';
import { oneLine } from '../words/wording.ts';
import type { CommandSpec } from './command-spec.ts';
import { COMMANDS, findCommand } from './command-table.ts';

const option = (
  name: string,
  description: string,
  more: Partial<TypedOption> = {},
): TypedOption => ({
  name,
  description,
  kind: 'text',
  required: false,
  ...more,
});

const SESSION = option('session', 'The session; in its thread it may be left out', {
  suggests: 'session',
});
const PROJECT = option('project', 'The project', { suggests: 'project' });
const AGENT = option('agent', 'The coding agent', { suggests: 'agent' });
const flag = (name: string, description: string): TypedOption =>
  option(name, description, { kind: 'switch' });

function optionsOf(row: CommandSpec): readonly TypedOption[] {
  switch (row.shape) {
    case 'nothing':
      return [];
    case 'session':
      return [SESSION];
    case 'session-text':
      return [SESSION, option('text', 'In your own words')];
    case 'session-needs-text':
      return [option('text', 'In your own words', { required: true }), SESSION];
    case 'spawn':
      return [
        option('issue', 'Issue number, key or address; several with commas', { suggests: 'issue' }),
        option('text', 'Or a free text instead of an issue'),
        PROJECT,
        AGENT,
        option('model', 'The model'),
        option('base', 'Branch to start from'),
        option('prompt', 'More words for the agent'),
        flag('plan', 'Plan first, change nothing'),
        flag('again', 'Even when the issue has a session'),
      ];
    case 'status':
      return [PROJECT, flag('all', 'Ended sessions too'), flag('mine', 'Only those you own')];
    case 'inbox':
      return [flag('all', 'What needs anybody')];
    case 'adopt':
      return [option('pr', 'Number of the pull request', { required: true }), PROJECT, AGENT];
    case 'merge':
      return [
        SESSION,
        option('method', 'How to merge', { choices: ['squash', 'rebase', 'merge'] }),
      ];
    case 'issues':
      return [PROJECT, option('query', 'Words of the title')];
    case 'cost':
      return [
        option('span', 'The time', { choices: COST_SPANS }),
        option('by', 'What to add up by', { choices: COST_GROUPS }),
        option('from', 'Or a first day, such as 2026-11-01'),
        option('to', 'And a last day'),
        flag('csv', 'As a file for a spreadsheet'),
      ];
    case 'text':
      return [option('text', 'In your own words')];
    case 'help':
      return [option('command', 'One command in detail', { suggests: 'command' })];
  }
}

/** Where room is short, what people use least comes last. */
const GROUPS: readonly CommandSpec['group'][] = [
  'start',
  'look',
  'talk',
  'merge',
  'team',
  'control',
];

export const typedCommands: readonly TypedCommand[] = GROUPS.flatMap((group) =>
  (COMMANDS as readonly CommandSpec[]).filter((row) => row.group === group),
).map((row) => ({
  verb: row.verb,
  aliases: row.aliases,
  description: oneLine(row.does, 100),
  options: optionsOf(row),
}));

/** Options that stand where they stand; the others are `--name value`. */
const PLACED: ReadonlySet<string> = new Set([
  'issue',
  'text',
  'session',
  'pr',
  'query',
  'span',
  'command',
]);
const PROJECT_IS_PLACED: ReadonlySet<string> = new Set(['status', 'issues']);

/** `spawn 42 --agent codex` from `{issue: '42', agent: 'codex'}`. Reads the same in the grammar as if it had been typed. */
export function commandLine(
  verb: string,
  values: Readonly<Record<string, string | boolean>>,
): string {
  const row = findCommand(verb);
  const options = row === null ? [] : optionsOf(row);
  const given = options.flatMap((each) => {
    const value = values[each.name];
    return value === undefined || value === false || value === ''
      ? []
      : [{ name: each.name, value }];
  });
  const isPlaced = (name: string): boolean =>
    PLACED.has(name) || (name === 'project' && PROJECT_IS_PLACED.has(verb));
  // The session is read before the text, wherever the platform asks for it.
  const placed = given
    .filter(({ name }) => isPlaced(name))
    .toSorted((a, b) => Number(b.name === 'session') - Number(a.name === 'session'));
  const flags = given.filter(({ name }) => !isPlaced(name));
  return [
    verb,
    ...placed.map(({ name, value }) =>
      name === 'text' || name === 'query' ? quoted(String(value)) : String(value).trim(),
    ),
    ...flags.map(({ name, value }) =>
      value === true
        ? `--${name}`
        : name === 'method'
          ? `--${String(value)}`
          : `--${name} ${quotedIfNeeded(String(value))}`,
    ),
  ].join(' ');
}

const PAIRS = [
  ['"', '"'],
  ['«', '»'],
  ['“', '”'],
] as const;

/** In quotes that do not occur in the text; a text with all of them loses the straight ones. */
function quoted(text: string): string {
  const pair = PAIRS.find(
    ([open, close]) =>
      ![open, close, '„', '“', '”', '"'].some(
        (mark) => text.includes(mark) && (mark === open || mark === close || open !== '«'),
      ),
  );
  return pair === undefined
    ? `"${text.replaceAll(/["“”„]/g, "'")}"`
    : `${pair[0]}${text}${pair[1]}`;
}

const quotedIfNeeded = (text: string): string => (/^[^\s"“„«]+$/.test(text) ? text : quoted(text));
