// The three issues of the sample project, played as an agent might: a first try with a mistake its own tests don't show, then the repair.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these strings are source code
import { commit, edit, run, write } from './worktree.mjs';

const importLine = "import assert from 'node:assert/strict';\nimport test from 'node:test';\n";

export const TASKS = {
  weeks: {
    matches: /support weeks/i,
    title: 'Support weeks',
    plan: ['src/units.ts lists the units', 'add `w` there, so that both directions know it'],
    async attempt(turn) {
      // The mistake: the formatter needs the largest unit first.
      edit(
        'src/units.ts',
        "  { symbol: 'ms', name: 'millisecond', ms: 1 },\n",
        "  { symbol: 'ms', name: 'millisecond', ms: 1 },\n  { symbol: 'w', name: 'week', ms: 604_800_000 },\n",
      );
      write(
        'test/weeks.ts',
        `${importLine}import { formatDuration, parseDuration } from '../src/index.ts';

test('weeks are parsed', () => {
  assert.equal(parseDuration('2w'), 1_209_600_000);
});

test('weeks are formatted', () => {
  assert.equal(formatDuration(1_209_600_000), '2w');
  assert.equal(formatDuration(864_000_000), '1w 3d');
});
`,
      );
      await run(turn, ['node', '--test', 'test/parse.ts']);
      await commit(
        turn,
        'Support weeks',
        'Add the unit w, so that 2w can be parsed and 14 days are shown as 2w.',
      );
    },
    pr: {
      title: 'Support weeks',
      body: 'Adds the unit `w`: `parseDuration("2w")` is 14 days, and 14 days are shown as `2w`.',
    },
    async repair(turn) {
      edit('src/units.ts', "  { symbol: 'w', name: 'week', ms: 604_800_000 },\n", '');
      edit(
        'src/units.ts',
        "  { symbol: 'd', name: 'day'",
        "  { symbol: 'w', name: 'week', ms: 604_800_000 },\n  { symbol: 'd', name: 'day'",
      );
      await run(turn, ['node', '--test']);
      return commit(
        turn,
        'List weeks before days',
        'The formatter takes the units in the order of the list, so the largest must come first.',
      );
    },
    document: [
      'src/units.ts',
      'export const UNITS',
      '/** All units, the largest first: formatting takes them in this order. */\nexport const UNITS',
    ],
  },

  words: {
    matches: /durations? in words/i,
    title: 'Say durations in words',
    plan: [
      'formatDuration builds the parts in src/format.ts',
      'add the option `style`',
      'how the parts are joined is open: ask',
    ],
    question: {
      id: 'join',
      kind: 'question',
      title: 'How should the parts be joined?',
      text: 'The issue leaves it open.',
      options: [
        { id: 'comma', label: '2 hours, 5 minutes', style: 'primary' },
        { id: 'and', label: '2 hours and 5 minutes' },
      ],
      freeText: true,
    },
    async attempt(turn, { answer }) {
      const joint =
        answer === 'comma'
          ? ', '
          : answer === 'and'
            ? ' and '
            : answer.trim().length <= 5
              ? ` ${answer.trim()} `
              : ', ';
      edit(
        'src/format.ts',
        '  readonly units?: number;\n',
        "  readonly units?: number;\n  readonly style?: 'short' | 'long';\n",
      );
      edit(
        'src/format.ts',
        '  let rest = Math.trunc',
        "  const long = options.style === 'long';\n  let rest = Math.trunc",
      );
      // The mistake: one hour is not "1 hours".
      edit(
        'src/format.ts',
        '    parts.push(`${count}${unit.symbol}`);\n',
        '    parts.push(long ? `${count} ${unit.name}s` : `${count}${unit.symbol}`);\n',
      );
      edit(
        'src/format.ts',
        "parts.length === 0 ? '0s' : parts.join(' ')",
        `parts.length === 0 ? '0s' : parts.join(long ? ${JSON.stringify(joint).replaceAll('"', "'")} : ' ')`,
      );
      write(
        'test/words.ts',
        `${importLine}import { formatDuration } from '../src/index.ts';

test('durations in words', () => {
  assert.equal(formatDuration(7_500_000, { style: 'long' }), '2 hours${joint}5 minutes');
});

test('one of a unit is singular', () => {
  assert.equal(formatDuration(3_600_000, { style: 'long' }), '1 hour');
});
`,
      );
      await run(turn, ['node', '--test', 'test/format.ts']);
      await commit(
        turn,
        'Say durations in words',
        `Add style: 'long'. The parts are joined with ${JSON.stringify(joint)}, as answered.`,
      );
    },
    pr: {
      title: 'Say durations in words',
      body: "Adds `style: 'long'` to `formatDuration`: `2 hours, 5 minutes` instead of `2h 5m`.",
    },
    async repair(turn) {
      edit(
        'src/format.ts',
        '`${count} ${unit.name}s`',
        "`${count} ${unit.name}${count === 1 ? '' : 's'}`",
      );
      await run(turn, ['node', '--test']);
      return commit(turn, 'Use the singular for one of a unit');
    },
    document: [
      'src/format.ts',
      'export function formatDuration',
      "/**\n * A duration in milliseconds as people write it: the largest units first, two of them unless\n * `units` says otherwise; `style: 'long'` writes the names of the units.\n */\nexport function formatDuration",
    ],
  },

  nonsense: {
    matches: /not a duration/i,
    title: 'Refuse what is not a duration',
    plan: [
      'parseDuration in src/parse.ts skips what it does not know',
      'match the whole text and throw a RangeError otherwise',
    ],
    async attempt() {
      edit(
        'src/parse.ts',
        '  let total = 0;\n',
        `  const symbols = UNITS.map((unit) => unit.symbol).join('|');
\tif (!new RegExp(\`^(\\\\d+\\\\s*(\${symbols})\\\\s*)+$\`).test(text)) {
    throw new RangeError(\`not a duration: \${JSON.stringify(text)}\`);
  }
  let total = 0;
`,
      );
      write(
        'test/nonsense.ts',
        `${importLine}import { parseDuration } from '../src/index.ts';

test('what is not a duration is refused', () => {
  for (const text of ['5 apples', '', 'soon', '5']) {
    assert.throws(() => parseDuration(text), RangeError);
  }
});
`,
      );
    },
    permission: {
      id: 'format',
      kind: 'permission',
      title: 'Run npm run format',
      text: 'npm run format',
      options: [
        { id: 'allow', label: 'Allow once', style: 'primary' },
        { id: 'deny', label: 'Deny', style: 'danger' },
      ],
      freeText: false,
    },
    async finish(turn, { allowed }) {
      if (allowed) await run(turn, ['npm', 'run', '--silent', 'format']);
      await run(turn, ['node', '--test', 'test/nonsense.ts']);
      await commit(
        turn,
        'Refuse what is not a duration',
        'parseDuration throws a RangeError that quotes the text.',
      );
    },
    pr: {
      title: 'Refuse what is not a duration',
      body: '`parseDuration("5 apples")` throws a `RangeError` that quotes the text.',
    },
    async repair(turn) {
      edit('src/parse.ts', '\tif (', '  if (');
      // The mistake: blanks at the start were fine before.
      edit('src/parse.ts', '.test(text))', '.test(text.trim()))');
      await run(turn, ['node', '--test']);
      return commit(turn, 'Let blanks around a duration pass again');
    },
    document: [
      'src/parse.ts',
      'export function parseDuration',
      '/** The milliseconds of a text such as `1h 30m`. Throws a RangeError for anything else. */\nexport function parseDuration',
    ],
  },
};

export const findTask = (prompt) =>
  Object.keys(TASKS).find((name) => TASKS[name].matches.test(prompt)) ?? null;
