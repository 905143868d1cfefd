import type { IssueView, SessionView } from '../../../../commands/views.ts';
import { lookOf } from './status.ts';

type Wants = 'issue' | 'session' | 'live' | 'project' | 'none';

interface Command {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly wants: Wants;
}

const command = (name: string, usage: string, about: string, wants: Wants = 'none'): Command => ({
  name,
  usage,
  about,
  wants,
});

/** For completion only: the grammar that counts is the server's, and it answers what it doesn't know. */
const COMMANDS: readonly Command[] = [
  command('spawn', '<issue…|"text">', 'Start a session on an issue or a text', 'issue'),
  command('status', '[project] [--all] [--mine]', 'All sessions in a table', 'project'),
  command('inbox', '[--all]', 'What needs you now'),
  command('show', '[session]', 'Details of a session', 'session'),
  command('send', '[session] <text>', 'Say something to the agent', 'live'),
  command('answer', '[session] <text>', 'Answer its question', 'live'),
  command('interrupt', '[text]', 'End the turn now and say something else', 'live'),
  command('stop', '[session]', 'End the turn', 'live'),
  command('merge', '[session]', 'Approve and merge', 'live'),
  command('rerun', '[session]', 'Run the checks again', 'live'),
  command('diff', '[session]', 'What it changed', 'session'),
  command('pr', '[session]', 'Its pull request and what the merge waits for', 'session'),
  command('logs', '[session]', 'Last lines of the terminal', 'session'),
  command('ack', '[session]', 'You take care of what it asks', 'live'),
  command('snooze', '[session] [30m|2h|1d]', 'Let it ask again later', 'live'),
  command('pause', '[session]', 'Let it rest', 'live'),
  command('resume', '[session]', 'Go on', 'session'),
  command('kill', '[session]', 'Stop it; Undo brings it back', 'live'),
  command('undo', '[session]', 'Take a kill back', 'session'),
  command('restore', '[session]', 'Open an ended session again', 'session'),
  command('done', '[session]', 'Finished without a merge', 'live'),
  command('adopt', '<PR>', 'Take over a pull request'),
  command('issues', '[project] [query]', 'List issues', 'project'),
  command('cost', '[today|week|month] [--by …]', 'What was spent'),
  command('digest', '', 'The summary of the day'),
  command('attach', '[session]', 'How to attach to the terminal', 'live'),
  command('mute', '[session]', 'Fewer posts', 'live'),
  command('help', '[command]', 'All commands'),
];

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
          label: `#${issue.id} ${issue.title}`,
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
