import type { CommandSpec } from '../../../../chat/grammar/command-spec.ts';
import { COMMANDS as TABLE } from '../../../../chat/grammar/command-table.ts';
import { issueName } from '../../../../domain/text/issue-name.ts';
import type { IssueView, SessionView } from '../../../../http/contract.ts';
import { lookOf } from './status.ts';

type Wants = 'issue' | 'session' | 'live' | 'project' | 'none';

interface Command {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly wants: Wants;
}

/** What could follow the command's name. */
function wantsOf({ shape, endedToo }: CommandSpec): Wants {
  switch (shape) {
    case 'spawn':
      return 'issue';
    case 'status':
    case 'issues':
      return 'project';
    case 'session':
    case 'session-text':
    case 'session-needs-text':
    case 'merge':
      return endedToo === true ? 'session' : 'live';
    case 'nothing':
    case 'inbox':
    case 'adopt':
    case 'cost':
    case 'text':
    case 'help':
      return 'none';
  }
}

/** For completion only: the grammar that counts is the server's, and it answers what it doesn't know. Options are left to it. */
const COMMANDS: readonly Command[] = (TABLE as readonly CommandSpec[]).map((row) => ({
  name: row.verb,
  usage: row.usage
    .slice(row.verb.length)
    .replace(/ \[--[^\]]*\]/g, '')
    .trim(),
  about: row.does,
  wants: wantsOf(row),
}));

export interface Suggestion {
  /** The whole text after it was chosen. */
  readonly text: string;
  readonly label: string;
  readonly about: string;
}

interface Known {
  readonly sessions: readonly SessionView[];
  readonly issues: readonly IssueView[];
  readonly projects: readonly string[];
  /** Project of the channel; its issues come first and others are left out. */
  readonly project: string | null;
}

const MOST = 8;

/** What could come next; empty when nothing is to be completed. `/`, `/ao` and `!` begin a command. */
export function suggest(text: string, known: Known): readonly Suggestion[] {
  const start = /^(\/ao\s+|\/(?:a|ao)?$|\/|!)(.*)$/s.exec(text);
  if (!start || text.includes('\n')) return [];
  const prefix = start[1] === '!' ? '!' : '/ao ';
  const rest = start[2] ?? '';
  const words = rest.split(/\s+/);
  if (words.length === 1) return commandsLike(words[0] ?? '', prefix);
  const verb = COMMANDS.find((one) => one.name === words[0]);
  if (!verb) return [];
  const typed = (words.at(-1) ?? '').toLowerCase();
  if (typed.startsWith('"') || rest.includes('"')) return [];
  const head = `${prefix}${words.slice(0, -1).join(' ')} `;
  if (verb.wants !== 'issue' && words.length > 2) return [];
  return argumentsLike(verb.wants, typed, known)
    .map(({ value, label, about }) => ({ text: `${head}${value} `, label, about }))
    .slice(0, MOST);
}

const commandsLike = (typed: string, prefix: string): Suggestion[] =>
  COMMANDS.filter((one) => one.name.startsWith(typed.toLowerCase()))
    .slice(0, MOST)
    .map((one) => ({
      text: `${prefix}${one.name}${one.usage === '' ? '' : ' '}`,
      label: `${prefix}${one.name} ${one.usage}`.trim(),
      about: one.about,
    }));

function argumentsLike(
  wants: Wants,
  typed: string,
  known: Known,
): ReadonlyArray<{ value: string; label: string; about: string }> {
  switch (wants) {
    case 'issue':
      return known.issues
        .filter(
          (issue) =>
            issue.state === 'open' && (known.project === null || issue.project === known.project),
        )
        .filter(
          (issue) =>
            issue.id.startsWith(typed.replace(/^#/, '')) ||
            (typed.length > 1 && issue.title.toLowerCase().includes(typed)),
        )
        .map((issue) => ({
          value: issue.id,
          label: `${issueName(issue.id)} ${issue.title}`,
          about: issue.session ?? '',
        }));
    case 'session':
    case 'live':
      return known.sessions
        .filter(
          (view) =>
            (wants === 'session' || view.stage !== 'ended') &&
            (view.id.includes(typed) || view.title.toLowerCase().includes(typed)),
        )
        .map((view) => ({
          value: view.id,
          label: `${lookOf(view.status).emoji} ${view.id} ${view.title}`,
          about: lookOf(view.status).label,
        }));
    case 'project':
      return known.projects
        .filter((project) => project.startsWith(typed))
        .map((project) => ({ value: project, label: project, about: '' }));
    case 'none':
      return [];
  }
}
