import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './command-table.ts';
import { parseCommand } from './grammar.ts';
import type { GrammarContext } from './parsed-command.ts';

const outside: GrammarContext = {
  inThread: false,
  isSession: (word) => word === 'app-7',
  isProject: (word) => word === 'web',
};
const inThread: GrammarContext = { ...outside, inThread: true };

const SPAWN = {
  verb: 'spawn',
  issues: [],
  text: null,
  project: null,
  agent: null,
  model: null,
  base: null,
  prompt: null,
  plan: false,
  again: false,
};

function value(text: string, context = outside): unknown {
  const parsed = parseCommand(text, context);
  return parsed.ok ? parsed.value : parsed.error.message;
}

describe('a command line', () => {
  it.each([
    ['', { verb: 'help', about: null }],
    ['help spawn', { verb: 'help', about: 'spawn' }],
    ['spawn', SPAWN],
    ['SPAWN 42', { ...SPAWN, issues: ['42'] }],
    ['spawn #42 43,44 42', { ...SPAWN, issues: ['42', '43', '44'] }],
    ['spawn ENG-12', { ...SPAWN, issues: ['ENG-12'] }],
    [
      'spawn https://forge.test/a/b/issues/3',
      { ...SPAWN, issues: ['https://forge.test/a/b/issues/3'] },
    ],
    [
      'spawn <https://forge.test/a/b/issues/3|#3>',
      { ...SPAWN, issues: ['https://forge.test/a/b/issues/3'] },
    ],
    ['spawn "make the login test stable"', { ...SPAWN, text: 'make the login test stable' }],
    ['spawn “make it stable”', { ...SPAWN, text: 'make it stable' }],
    ['spawn „leise“ --plan', { ...SPAWN, text: 'leise', plan: true }],
    ['spawn "don\'t panic"', { ...SPAWN, text: "don't panic" }],
    ['spawn "42"', { ...SPAWN, text: '42' }],
    ['spawn fix the login', { ...SPAWN, text: 'fix the login' }],
    ['spawn --plan fix #42, then\n  test', { ...SPAWN, text: 'fix #42, then\n  test', plan: true }],
    [
      'spawn it\'s the "old" one --agent codex',
      { ...SPAWN, text: 'it\'s the "old" one', agent: 'codex' },
    ],
    ['spawn "old" is new', { ...SPAWN, text: '"old" is new' }],
    [
      'spawn 42 --project web --agent codex --model gpt-5 --base dev --prompt "keep the API" --plan --again',
      {
        verb: 'spawn',
        issues: ['42'],
        text: null,
        project: 'web',
        agent: 'codex',
        model: 'gpt-5',
        base: 'dev',
        prompt: 'keep the API',
        plan: true,
        again: true,
      },
    ],
    ['spawn 42 --prompt="two words"', { ...SPAWN, issues: ['42'], prompt: 'two words' }],
    ['spawn 42 —plan', { ...SPAWN, issues: ['42'], plan: true }],
    ['status', { verb: 'status', project: null, all: false, mine: false }],
    ['status web --all --mine', { verb: 'status', project: 'web', all: true, mine: true }],
    ['inbox', { verb: 'inbox', all: false }],
    ['inbox --all', { verb: 'inbox', all: true }],
    ['snooze app-7 2h', { verb: 'snooze', session: 'app-7', text: '2h' }],
    ['take app-7', { verb: 'ack', session: 'app-7' }],
    ['show app-7', { verb: 'show', session: 'app-7' }],
    ['logs APP-7', { verb: 'logs', session: 'app-7' }],
    ['diff 7', { verb: 'diff', session: '7' }],
    ['pr app-7', { verb: 'pr', session: 'app-7' }],
    [
      'send app-7 use --force, not "x"',
      { verb: 'send', session: 'app-7', text: 'use --force, not "x"' },
    ],
    [
      'send app-7 "use the new cookie"',
      { verb: 'send', session: 'app-7', text: 'use the new cookie' },
    ],
    ['answer app-7 Allow once', { verb: 'answer', session: 'app-7', text: 'Allow once' }],
    ['interrupt app-7', { verb: 'interrupt', session: 'app-7', text: null }],
    ['interrupt app-7 wrong file', { verb: 'interrupt', session: 'app-7', text: 'wrong file' }],
    ['stop app-7', { verb: 'stop', session: 'app-7' }],
    ['kill app-7 no longer needed', { verb: 'kill', session: 'app-7', text: 'no longer needed' }],
    ['undo app-7', { verb: 'undo', session: 'app-7' }],
    ['pause app-7', { verb: 'pause', session: 'app-7', text: null }],
    ['resume app-7', { verb: 'resume', session: 'app-7' }],
    ['restore app-7', { verb: 'restore', session: 'app-7', text: null }],
    ['done app-7', { verb: 'done', session: 'app-7' }],
    ['merge app-7 --squash', { verb: 'merge', session: 'app-7', method: 'squash' }],
    ['merge app-7', { verb: 'merge', session: 'app-7', method: null }],
    ['rerun app-7', { verb: 'rerun', session: 'app-7' }],
    ['adopt #118', { verb: 'adopt', pr: '118', project: null, agent: null }],
    ['handoff app-7 @lee', { verb: 'handoff', session: 'app-7', text: '@lee' }],
    ['issues', { verb: 'issues', project: null, text: null }],
    ['issues web flaky login', { verb: 'issues', project: 'web', text: 'flaky login' }],
    ['issues flaky login', { verb: 'issues', project: null, text: 'flaky login' }],
    ['projects', { verb: 'projects' }],
    ['orchestrator "make CI green"', { verb: 'orchestrator', text: 'make CI green' }],
    ['cost', { verb: 'cost', span: 'today', from: null, to: null, by: 'project', csv: false }],
    [
      'cost week --by agent',
      { verb: 'cost', span: 'week', from: null, to: null, by: 'agent', csv: false },
    ],
    [
      'cost --from 2026-11-01 --to 2026-11-15 --by pr --csv',
      { verb: 'cost', span: 'today', from: '2026-11-01', to: '2026-11-15', by: 'pr', csv: true },
    ],
    ['digest', { verb: 'digest' }],
    ['quota', { verb: 'quota' }],
    ['link', { verb: 'link', text: null }],
    ['mute app-7', { verb: 'mute', session: 'app-7' }],
    ['attach app-7', { verb: 'attach', session: 'app-7' }],
  ])('"%s" is read', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });
});

describe("in a session's thread the session may be left out", () => {
  it.each([
    ['logs', { verb: 'logs', session: null }],
    ['kill because it is wrong', { verb: 'kill', session: null, text: 'because it is wrong' }],
    ['kill app-7 because', { verb: 'kill', session: 'app-7', text: 'because' }],
    ['now utf-8 is wrong here', { verb: 'now', session: null, text: 'utf-8 is wrong here' }],
    ['merge --rebase', { verb: 'merge', session: null, method: 'rebase' }],
    ['show 7', { verb: 'show', session: '7' }],
  ])('"%s"', (text, expected) => {
    expect(value(text, inThread)).toEqual(expected);
  });
});

describe('a mistake', () => {
  it.each([
    ['spwan 42', '"/ao spwan" isn\'t a command. Did you mean  /ao spawn 42 ?'],
    ['spwan', '"/ao spwan" isn\'t a command. Did you mean  /ao spawn 42 ?'],
    ['stauts', '"/ao stauts" isn\'t a command. Did you mean  /ao status ?'],
    ['frobnicate', '"/ao frobnicate" isn\'t a command. See  /ao help'],
    [
      'spawn fix the --plan flag',
      'Options go before or after the text, or the text goes in quotes. Example:  /ao spawn "make the login test stable" --plan',
    ],
    [
      'spawn 42 and more',
      'Give issues or a free text, not both. Example:  /ao spawn 42 --prompt "keep the old API"',
    ],
    ['spawn "open', 'A quote is not closed. Example:  /ao spawn "make the login test stable"'],
    [
      'spawn 42 "and text"',
      'Give issues or a free text, not both. Example:  /ao spawn 42 --prompt "keep the old API"',
    ],
    [
      'spawn 42 --projct web',
      '"--projct" isn\'t an option here, did you mean --project? Example:  /ao spawn 42',
    ],
    ['spawn 42 --agent', '--agent needs a value. Example:  /ao spawn 42'],
    ['kill', "Which session? Say  /ao kill app-7  or write it in the session's thread."],
    ['send app-7', '/ao send needs a text. Example:  /ao send app-7 "use the new cookie"'],
    ['logs app-7 app-8', '/ao logs takes one session, not "app-8" too. Example:  /ao logs app-7'],
    [
      'merge app-7 --squash --rebase',
      'Choose one of --squash and --rebase. Example:  /ao merge app-7 --squash',
    ],
    ['cost yesterday', 'The time is today, week or month. Example:  /ao cost week --by agent'],
    [
      'cost --by colour',
      '--by is project, user, agent, model, session, issue, pr or day. Example:  /ao cost week --by agent',
    ],
    [
      'cost --from yesterday',
      '"yesterday" isn\'t a day. Example:  /ao cost --from 2026-11-01 --to 2026-11-15',
    ],
    ['projects all', '/ao projects takes no arguments. Example:  /ao projects'],
    ['adopt', '/ao adopt needs a pull request. Example:  /ao adopt 118'],
  ])('"%s" is told with an example', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it('suggests an example that is itself a command', () => {
    for (const wrong of ['spwan', 'kil app-7', 'halp', 'statsu', 'sned app-7 hi']) {
      const parsed = parseCommand(wrong, outside);
      const example = parsed.ok ? '' : parsed.error.example.replace('/ao ', '');
      expect(parseCommand(example, outside), example).toMatchObject({ ok: true });
    }
  });
});

describe('the table', () => {
  it.each(COMMANDS.map((row) => [row.example, row.verb]))(
    'its example "%s" is read as %s',
    (example, verb) => {
      expect(parseCommand(example, outside)).toMatchObject({ ok: true, value: { verb } });
    },
  );

  it('has every word once', () => {
    const words = COMMANDS.flatMap((row) => [row.verb, ...row.aliases]);
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    ...COMMANDS.flatMap((row) => [row.verb, ...row.aliases]),
    'app-7',
    '--all',
    '--prompt',
    '--by',
    '"',
    '“',
    '—plan',
    '#42',
    '=',
  );
  const line = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.oneof(words, fc.string())).map((parts) => parts.join(' ')),
  );

  it('never throws, and is a command or a mistake with an example', () => {
    fc.assert(
      fc.property(line, fc.boolean(), (text, thread) => {
        const parsed = parseCommand(text, { ...outside, inThread: thread });
        return (
          parsed.ok || (parsed.error.message.length > 0 && parsed.error.example.startsWith('/ao '))
        );
      }),
      { numRuns: 500 },
    );
  });
});
