import { judgeApi, type ReadFile } from './api.ts';
import { judgeIssueVerb, judgePullRequestVerb } from './pull-requests.ts';
import { PASS, refuse, type Verdict } from './verdict.ts';
import { readWords } from './words.ts';

/**
 * Whether a rule of ao forbids a line. Only what gh is asked to do can be seen here: what an agent does with a token and
 * another program is seen at the forge afterwards.
 */
export function judge(args: readonly string[], read: ReadFile): Verdict {
  const [noun, verb = ''] = commandOf(args);
  switch (noun) {
    case 'pr':
      return judgePullRequestVerb(verb, args);
    case 'issue':
      return judgeIssueVerb(verb, args);
    case 'api':
      return judgeApi(args, read);
    case 'repo':
      return judgeRepositoryVerb(verb, args);
    default:
      return PASS;
  }
}

function judgeRepositoryVerb(verb: string, args: readonly string[]): Verdict {
  const words = readWords(args, { branch: 'b', source: 's' });
  if (words.has('help')) return PASS;
  if (verb === 'edit') return refuse('protection');
  // With a destination it moves that repository's branch.
  return verb === 'sync' && words.positionals.length > 2 ? refuse('branch') : PASS;
}

/**
 * Command and verb, found as gh finds them: an option without `=` before them takes the next word along, whatever the
 * option is.
 */
function commandOf(args: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (let place = 0; place < args.length && words.length < 2; place += 1) {
    const word = args[place] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-')) words.push(word);
    else if (takesNext(word)) place += 1;
  }
  return words;
}

const takesNext = (option: string): boolean =>
  option.startsWith('--')
    ? !option.includes('=') && option !== '--help' && option !== '--version'
    : option.length === 2 && option !== '-h';

/** Commands that gh has itself; no alias can take their names. */
const COMMANDS: ReadonlySet<string> = new Set(
  'agent-task alias api attestation auth browse cache co codespace completion config copilot extension gist gpg-key help issue label licenses org pr preview project release repo reference ruleset run search secret skill ssh-key status variable version workflow'.split(
    ' ',
  ),
);
/** An alias may also be a verb of these. */
const VERBS: Readonly<Record<string, ReadonlySet<string>>> = {
  pr: new Set(
    'checkout checks close comment co create diff edit list lock ls merge new ready reopen revert review status unlock update-branch view'.split(
      ' ',
    ),
  ),
};

/** The name of an alias that this line may begin with; null: it names a command of gh. */
export function aliasIn(args: readonly string[]): string | null {
  const [noun, verb] = commandOf(args);
  if (noun === undefined) return null;
  if (!COMMANDS.has(noun)) return noun;
  const known = VERBS[noun];
  return known === undefined || verb === undefined || known.has(verb) ? null : `${noun} ${verb}`;
}

/**
 * The line with its alias written out, as `gh alias list` (`name: words`) tells it. A shell alias (`!...`) calls gh by its
 * name again, so it is looked at then.
 */
export function withoutAlias(
  args: readonly string[],
  alias: string,
  listed: string,
): readonly string[] {
  const line = listed
    .split(/\r?\n/)
    .map((one) => /^"?([^":]+)"?:\s+(.*)$/.exec(one))
    .find((found) => found?.[1] === alias)?.[2];
  if (line === undefined) return args;
  const rest = args.filter((word, place) => !(alias.split(' ').includes(word) && place < 2));
  const used = new Set<number>();
  const words = line
    .replace(/^(['"])([\s\S]*)\1$/, '$2')
    .split(/\s+/)
    .map((word) =>
      word.replace(/\$(\d)/g, (_whole, digit: string) => {
        used.add(Number(digit) - 1);
        return rest[Number(digit) - 1] ?? '';
      }),
    );
  return [...words, ...rest.filter((_word, place) => !used.has(place))];
}
