/**
 * The recipes of ARCHITECTURE.md for a command and for a reaction, made on a copy of the sources in memory: whole they compile,
 * and with any part left out the compiler objects. Each part is left out of one copy of the change, under another name (NAME).
 */
import { expect, test } from 'vitest';
import { errorsIn, type Part } from '../support/sources.ts';

const USE_CASE: readonly Part[] = [
  {
    file: 'src/commands/use-cases/NAME.ts',
    after: null,
    text: `import { decideFor } from '../parts.ts';
import { ofSession, type SessionCall } from '../use-case.ts';

export const NAME = ofSession({
  name: 'NAME',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'NAME',
  run: async ({ parts, actor, snapshot }: SessionCall) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'resume' }),
});
`,
  },
  {
    file: 'src/commands/use-cases/index.ts',
    after: "import { adopt } from './adopt.ts';",
    text: "\nimport { NAME } from './NAME.ts';",
  },
  {
    file: 'src/commands/use-cases/index.ts',
    after: 'export const useCases = [',
    text: '\n  NAME,',
  },
  {
    file: 'src/commands/access.test.ts',
    after: 'const CASES: Readonly<Record<Writes, Case>> = {',
    text: "\n  NAME: ['steer', (commands, actor) => commands.NAME(actor, 'app-1')],",
  },
  {
    file: 'test/fakes/fake-commands.ts',
    after: '  const commands: Commands = {',
    text: "\n    NAME: (...args) => onSession('NAME', args),",
  },
];

const COMMAND: readonly Part[] = [
  {
    file: 'src/chat/grammar/command-table.ts',
    after: 'export const COMMANDS = [',
    text: `
  {
    verb: 'NAME',
    aliases: [],
    shape: 'session',
    usage: 'NAME [session]',
    does: 'Wake the agent.',
    example: 'NAME app-7',
    group: 'talk',
  },`,
  },
  {
    file: 'src/chat/grammar/command-uses.ts',
    after: 'export const COMMAND_USES = {',
    text: "\n  NAME: ['NAME'],",
  },
  {
    file: 'src/chat/inbound/run-session-command.ts',
    after:
      "const ACTS: { readonly [V in Exclude<SessionCommand['verb'], LookVerb>]: (act: Act) => Done } = {",
    text: '\n  NAME: ({ id, actor, commands }) => told(commands.NAME(actor, id), id),',
  },
  {
    file: 'src/cli/command-uses.ts',
    after: 'export const WITHOUT_COMMAND = {',
    text: "\n  NAME: 'in chat',",
  },
];

const REACTION: readonly Part[] = [
  {
    file: 'src/domain/reactions/reaction-words.ts',
    after: 'const REACTION_WORDS = {',
    text: "\n  'NAME': ['Nobody has looked yet', 'a look'],",
  },
  {
    file: 'src/domain/reactions/reaction-defaults.ts',
    after: 'const BUILT_IN: Readonly<Record<ReactionKey, Defaults>> = {',
    text: "\n  'NAME': { ...plain, action: 'notify', priority: 'info', message: 'Look.' },",
  },
  {
    file: 'src/domain/reactions/reaction-traits.ts',
    after: "const ABOUT: Readonly<Record<ReactionKey, 'branch' | 'session'>> = {",
    text: "\n  'NAME': 'session',",
  },
  {
    file: 'src/domain/reactions/conditions.ts',
    after: 'const BUILT_IN: Readonly<Record<ReactionKey, Observer>> = {',
    text: "\n  'NAME': () => OVER,",
  },
  {
    file: 'src/chat/words/notification.ts',
    after: 'const HEADLINES: Readonly<Record<ReactionKey, string>> = {',
    text: "\n  'NAME': 'was not looked at',",
  },
];

const filesOf = (parts: readonly Part[]): readonly string[] => [
  ...new Set(parts.map(({ file }) => file)),
];
const named = (parts: readonly Part[], name: string): readonly Part[] =>
  parts.map(({ file, after, text }) => ({
    file: file.replace('NAME', name),
    after,
    text: text.replaceAll('NAME', name),
  }));
const without = (parts: readonly Part[], left: number): readonly Part[] =>
  parts.filter((_, at) => at !== left);

/** The names that an error is about; whole types that the compiler lists besides don't count. */
const culprits = (errors: readonly string[]): readonly string[] =>
  errors.flatMap((error) =>
    [
      ...error.matchAll(
        /Property '(\w+)' (?:is missing|does not exist)|'+(\w+)'+ does not exist in type|Type '"(\w+)"' is not assignable|Cannot find (?:module|name) '(?:\.\/)?(\w+)/g,
      ),
    ].map((match) => match.slice(1).find((name) => name !== undefined) ?? ''),
  );

/** The parts that the compiler doesn't miss: of copies of the change, each under another name and without one part. */
function unnoticed(parts: readonly Part[], around: (name: string) => readonly Part[]) {
  const copies = ['Whole', ...parts.keys()].map((left) => ({ name: `nudge${left}`, left }));
  // A name that is too much hides those that are missing, so the copy without its name is looked at alone.
  const groups = [copies.filter(({ left }) => left !== 0), copies.filter(({ left }) => left === 0)];
  const about = groups.flatMap((group) =>
    culprits(
      errorsIn(
        group.flatMap(({ name, left }) => [
          ...around(name),
          ...named(left === 'Whole' ? parts : without(parts, Number(left)), name),
        ]),
        filesOf(parts),
      ),
    ),
  );
  expect(about).not.toContain('nudgeWhole');
  return parts.filter((_, left) => !about.includes(`nudge${left}`));
}

test('a command: the compiler objects without any of its parts outside the catalogue', () => {
  expect(unnoticed(COMMAND, (name) => named(USE_CASE, name))).toEqual([]);
});

test('a reaction: the compiler objects without any of its parts', () => {
  expect(unnoticed(REACTION, () => [])).toEqual([]);
});

/** Where the compiler says so is the only file looked at: without the list line nothing else is typed. */
test.each(
  USE_CASE.map(({ file, after }, left) => ({ part: `${file} ${after?.slice(0, 30) ?? ''}`, left })),
)('a use case: the compiler objects without $part', ({ left }) => {
  const parts = [...named(without(USE_CASE, left), 'nudge'), ...named(COMMAND, 'nudge')];
  const where =
    left < 2
      ? 'src/commands/use-cases/index.ts'
      : left === 2
        ? 'src/chat/grammar/command-uses.ts'
        : (USE_CASE[left]?.file ?? '');
  expect(culprits(errorsIn(parts, [where]))).toContain('nudge');
});
