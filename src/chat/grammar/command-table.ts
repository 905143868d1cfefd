/** Every command people can type, once: the grammar, its error messages and `/ao help` read this table. */

/** What follows the verb. */
type Shape =
  | 'nothing'
  /** `[session]`, may be left out in a thread. */
  | 'session'
  /** `[session] [text]`: the text is optional. */
  | 'session-text'
  /** `[session] <text>`: the text is needed. */
  | 'session-needs-text'
  | 'spawn'
  | 'status'
  | 'inbox'
  | 'adopt'
  | 'merge'
  | 'issues'
  | 'cost'
  | 'text'
  | 'help';

export interface CommandSpec {
  readonly verb: string;
  readonly aliases: readonly string[];
  readonly shape: Shape;
  /** After `/ao `. */
  readonly usage: string;
  readonly does: string;
  /** After `/ao `. */
  readonly example: string;
  readonly group: 'start' | 'look' | 'talk' | 'control' | 'merge' | 'team';
}

export const COMMANDS = [
  {
    verb: 'spawn',
    aliases: ['start', 'new'],
    shape: 'spawn',
    usage:
      'spawn <issue…|url|"free text"> [--project p] [--agent a] [--model m] [--base b] [--prompt "…"] [--plan] [--again]',
    does: 'Start one session per issue, or one on a free text. Without arguments: a form.',
    example: 'spawn 42',
    group: 'start',
  },
  {
    verb: 'adopt',
    aliases: [],
    shape: 'adopt',
    usage: 'adopt <PR> [--project p] [--agent a]',
    does: 'Take over an existing pull request.',
    example: 'adopt 118',
    group: 'start',
  },
  {
    verb: 'issues',
    aliases: ['issue'],
    shape: 'issues',
    usage: 'issues [project] [query]',
    does: 'Open issues, with a button to spawn on each.',
    example: 'issues login',
    group: 'start',
  },
  {
    verb: 'projects',
    aliases: ['project'],
    shape: 'nothing',
    usage: 'projects',
    does: 'The projects ao works on.',
    example: 'projects',
    group: 'start',
  },
  {
    verb: 'orchestrator',
    aliases: [],
    shape: 'text',
    usage: 'orchestrator [goal]',
    does: 'Start an agent that plans and spawns workers.',
    example: 'orchestrator "make CI green"',
    group: 'start',
  },
  {
    verb: 'status',
    aliases: ['list', 'ls'],
    shape: 'status',
    usage: 'status [project] [--all] [--mine]',
    does: 'Every session: whose turn, PR, CI, review, cost, age.',
    example: 'status',
    group: 'look',
  },
  {
    verb: 'inbox',
    aliases: ['todo'],
    shape: 'inbox',
    usage: 'inbox [--all]',
    does: 'What needs you now, with the buttons to answer it.',
    example: 'inbox',
    group: 'look',
  },
  {
    verb: 'show',
    aliases: ['info'],
    shape: 'session',
    usage: 'show [session]',
    does: 'Everything about one session.',
    example: 'show app-7',
    group: 'look',
  },
  {
    verb: 'logs',
    aliases: ['log'],
    shape: 'session',
    usage: 'logs [session]',
    does: "The last lines of the agent's terminal.",
    example: 'logs app-7',
    group: 'look',
  },
  {
    verb: 'diff',
    aliases: [],
    shape: 'session',
    usage: 'diff [session]',
    does: 'What was changed, as a table and a patch file.',
    example: 'diff app-7',
    group: 'look',
  },
  {
    verb: 'pr',
    aliases: [],
    shape: 'session',
    usage: 'pr [session]',
    does: 'The pull request, and what the merge gate still waits for.',
    example: 'pr app-7',
    group: 'look',
  },
  {
    verb: 'attach',
    aliases: ['terminal'],
    shape: 'session',
    usage: 'attach [session]',
    does: 'The command that opens the terminal of the agent on the host.',
    example: 'attach app-7',
    group: 'look',
  },
  {
    verb: 'send',
    aliases: ['say', 'tell'],
    shape: 'session-needs-text',
    usage: 'send [session] <text>',
    does: 'Tell the agent something. A reply in the thread does the same.',
    example: 'send app-7 "use the new cookie"',
    group: 'talk',
  },
  {
    verb: 'now',
    aliases: [],
    shape: 'session-needs-text',
    usage: 'now [session] <text>',
    does: 'Interrupt the turn and tell the agent at once.',
    example: 'now app-7 "wrong file, look at login.ts"',
    group: 'talk',
  },
  {
    verb: 'answer',
    aliases: ['reply'],
    shape: 'session-needs-text',
    usage: 'answer [session] <option|text>',
    does: 'Answer the open question or permission request.',
    example: 'answer app-7 "Allow once"',
    group: 'talk',
  },
  {
    verb: 'interrupt',
    aliases: ['int'],
    shape: 'session-text',
    usage: 'interrupt [session] [text]',
    does: 'Stop the turn now, and say something else.',
    example: 'interrupt app-7',
    group: 'talk',
  },
  {
    verb: 'stop',
    aliases: [],
    shape: 'session',
    usage: 'stop [session]',
    does: 'End the turn and hold everything automatic until somebody replies or resumes.',
    example: 'stop app-7',
    group: 'talk',
  },
  {
    verb: 'kill',
    aliases: [],
    shape: 'session-text',
    usage: 'kill [session] [reason]',
    does: 'End the session. A snapshot is kept, and Undo brings it back.',
    example: 'kill app-7',
    group: 'control',
  },
  {
    verb: 'undo',
    aliases: [],
    shape: 'session',
    usage: 'undo [session]',
    does: 'Take the last kill, done or clean-up back.',
    example: 'undo app-7',
    group: 'control',
  },
  {
    verb: 'restore',
    aliases: [],
    shape: 'session-text',
    usage: 'restore [session] [message]',
    does: 'Bring an ended session back, with a first message if you like.',
    example: 'restore app-7',
    group: 'control',
  },
  {
    verb: 'pause',
    aliases: [],
    shape: 'session-text',
    usage: 'pause [session] [reason]',
    does: 'Nothing is sent to the agent until resume.',
    example: 'pause app-7',
    group: 'control',
  },
  {
    verb: 'resume',
    aliases: ['continue'],
    shape: 'session',
    usage: 'resume [session]',
    does: 'Go on after a pause or a stop of the agent.',
    example: 'resume app-7',
    group: 'control',
  },
  {
    verb: 'done',
    aliases: ['finish'],
    shape: 'session',
    usage: 'done [session]',
    does: 'Finish without a merge.',
    example: 'done app-7',
    group: 'control',
  },
  {
    verb: 'handoff',
    aliases: [],
    shape: 'session-needs-text',
    usage: 'handoff [session] <agent|@user> [words for the agent]',
    does: 'Let another agent go on in the same worktree, or make somebody else the owner.',
    example: 'handoff app-7 codex',
    group: 'control',
  },
  {
    verb: 'ack',
    aliases: ['acknowledge', 'take'],
    shape: 'session',
    usage: 'ack [session]',
    does: 'You take care of what the session asks: nobody else is called.',
    example: 'ack app-7',
    group: 'control',
  },
  {
    verb: 'snooze',
    aliases: ['later'],
    shape: 'session-text',
    usage: 'snooze [session] [30m|2h|1d]',
    does: 'Ask again later: in 30 minutes, or when you say.',
    example: 'snooze app-7 2h',
    group: 'control',
  },
  {
    verb: 'mute',
    aliases: [],
    shape: 'session',
    usage: 'mute [session]',
    does: 'Only what needs a person is posted in the thread.',
    example: 'mute app-7',
    group: 'control',
  },
  {
    verb: 'unmute',
    aliases: [],
    shape: 'session',
    usage: 'unmute [session]',
    does: 'Post everything again.',
    example: 'unmute app-7',
    group: 'control',
  },
  {
    verb: 'approve',
    aliases: ['lgtm'],
    shape: 'session-text',
    usage: 'approve [session] [text]',
    does: 'Approve the pull request (local scm).',
    example: 'approve app-7',
    group: 'merge',
  },
  {
    verb: 'changes',
    aliases: ['request-changes'],
    shape: 'session-needs-text',
    usage: 'changes [session] <text>',
    does: 'Ask for changes on the pull request (local scm).',
    example: 'changes app-7 "cover the empty case too"',
    group: 'merge',
  },
  {
    verb: 'threads',
    aliases: ['review'],
    shape: 'session',
    usage: 'threads [session]',
    does: 'Open review threads, with buttons to reply and resolve.',
    example: 'threads app-7',
    group: 'merge',
  },
  {
    verb: 'comment',
    aliases: [],
    shape: 'session-needs-text',
    usage: 'comment [session] <thread> <text>',
    does: 'Reply in a review thread at the forge.',
    example: 'comment app-7 t1 "Kept on purpose, see the issue"',
    group: 'merge',
  },
  {
    verb: 'resolve',
    aliases: [],
    shape: 'session-text',
    usage: 'resolve [session] [thread|all]',
    does: 'Resolve a review thread at the forge.',
    example: 'resolve app-7 t1',
    group: 'merge',
  },
  {
    verb: 'merge',
    aliases: [],
    shape: 'merge',
    usage: 'merge [session] [--squash|--rebase|--merge]',
    does: 'Merge, if the merge gate and the policy allow it.',
    example: 'merge app-7',
    group: 'merge',
  },
  {
    verb: 'rerun',
    aliases: [],
    shape: 'session',
    usage: 'rerun [session]',
    does: 'Run the failed checks again.',
    example: 'rerun app-7',
    group: 'merge',
  },
  {
    verb: 'cost',
    aliases: ['costs'],
    shape: 'cost',
    usage:
      'cost [today|week|month] [--from day] [--to day] [--by project|user|agent|model|session|issue|pr|day] [--csv]',
    does: 'Tokens and money.',
    example: 'cost week --by agent',
    group: 'team',
  },
  {
    verb: 'budget',
    aliases: ['budgets'],
    shape: 'nothing',
    usage: 'budget',
    does: 'What is left of the budgets; raise one.',
    example: 'budget',
    group: 'team',
  },
  {
    verb: 'digest',
    aliases: [],
    shape: 'nothing',
    usage: 'digest',
    does: 'The daily summary.',
    example: 'digest',
    group: 'team',
  },
  {
    verb: 'quota',
    aliases: ['limits'],
    shape: 'nothing',
    usage: 'quota',
    does: "The forge's rate limits: what is left, who used it, and whether ao slows down.",
    example: 'quota',
    group: 'team',
  },
  {
    verb: 'link',
    aliases: [],
    shape: 'text',
    usage: 'link [login | done <issue> | list]',
    does: 'Show or prove which login at the forge is yours; the merge policy may ask for it.',
    example: 'link octocat',
    group: 'team',
  },
  {
    verb: 'unlink',
    aliases: [],
    shape: 'nothing',
    usage: 'unlink',
    does: 'Take your link to a login back.',
    example: 'unlink',
    group: 'team',
  },
  {
    verb: 'help',
    aliases: ['?'],
    shape: 'help',
    usage: 'help [command]',
    does: 'This list, or one command in detail.',
    example: 'help spawn',
    group: 'team',
  },
] as const satisfies readonly CommandSpec[];

export type CommandRow = (typeof COMMANDS)[number];
export type CommandVerb = CommandRow['verb'];

type RowOf<S extends Shape> = Extract<CommandRow, { shape: S }>;
export type SessionVerb = RowOf<'session'>['verb'];
export type SessionTextVerb = RowOf<'session-text'>['verb'] | RowOf<'session-needs-text'>['verb'];
export type BareVerb = RowOf<'nothing'>['verb'];
export type TextVerb = RowOf<'text'>['verb'];

/** By verb or alias, in any case. */
export function findCommand(word: string): CommandRow | null {
  const wanted = word.toLowerCase();
  return (
    COMMANDS.find(
      (row) => row.verb === wanted || (row.aliases as readonly string[]).includes(wanted),
    ) ?? null
  );
}
