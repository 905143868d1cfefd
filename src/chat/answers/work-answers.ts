import type { DiffView } from '../../commands/view/review.ts';
import type { ChatReply } from '../../slots/chat.ts';
import { code, whisper } from '../words/message.ts';
import { count, diffSize, escapeMarkdown, oneLine, shortSha } from '../words/wording.ts';
import { say } from './refusals.ts';

const INLINE_LINES = 40;

export function logsReply(
  session: string,
  logs: { readonly text: string; readonly live: boolean },
): ChatReply {
  const text = logs.text.trimEnd();
  if (text === '') return say(`The terminal of ${session} shows nothing yet.`);
  const line = logs.live ? `Terminal of ${session}:` : `Last terminal lines of ${session}:`;
  return textOrFile(line, `${session}.log`, text);
}

export const checkLogReply = (
  session: string,
  log: { readonly name: string; readonly text: string },
): ChatReply =>
  textOrFile(
    `Log of ${oneLine(log.name, 60)} in ${session}:`,
    `${session}-${log.name.replace(/[^\w.-]+/g, '-').slice(0, 60)}.log`,
    log.text.trimEnd(),
  );

/** The end of the text; all of it as a file when it is longer. */
function textOrFile(line: string, file: string, text: string): ChatReply {
  const lines = text.split('\n');
  const tail = lines.slice(-INLINE_LINES).join('\n').slice(-2500);
  const whole = tail.length >= text.length;
  return whisper(
    line,
    escapeMarkdown(line),
    [code(null, tail, false)],
    whole ? {} : { files: [{ name: file, content: text }] },
  );
}

const NAMED_FILES = 5;

/** What is in the checkout and not in what is shown; begins with a blank. */
function worktreeWords({ head, worktree }: Pick<DiffView, 'head' | 'worktree'>): string {
  if (head === null || worktree === null) return '';
  const { headSha, files } = worktree;
  const named = files.slice(0, NAMED_FILES).join(', ');
  const more = files.length > NAMED_FILES ? ` and ${files.length - NAMED_FILES} more` : '';
  return [
    headSha === null
      ? ''
      : ` The worktree is at ${shortSha(headSha)}, which isn't what would be merged.`,
    files.length === 0 ? '' : ` Not committed in the worktree, and not in this: ${named}${more}.`,
  ].join('');
}

export function diffReply(session: string, diff: DiffView): ChatReply {
  const besides = worktreeWords(diff);
  if (diff.files === 0) return say(`${session} has changed nothing yet.${besides}`);
  const of =
    diff.head === null
      ? ''
      : ` in PR #${diff.head.number} at ${shortSha(diff.head.sha)}, into ${diff.head.base}`;
  const line = `${session} changed ${count(diff.files, 'file')}, ${diffSize(diff)}${of}.${besides}`;
  const stat = diff.stat.trimEnd().slice(-2500);
  return whisper(line, escapeMarkdown(line), stat === '' ? [] : [code(null, stat, false)], {
    files: [{ name: `${session}.patch`, content: diff.patch }],
  });
}

/** What came to the pull request between two of its heads. */
export function changesReply(
  session: string,
  { from, to, patch }: { readonly from: string; readonly to: string; readonly patch: string },
): ChatReply {
  const span = `${shortSha(from)}..${shortSha(to)}`;
  if (patch.trim() === '') return say(`${session}: nothing differs between ${span}.`);
  const line = `${session}: what changed in ${span}.`;
  return whisper(line, line, [code(null, patch.slice(0, 2_500), false)], {
    files: [{ name: `${session}-${shortSha(from)}-${shortSha(to)}.patch`, content: patch }],
  });
}

export function attachReply(
  session: string,
  argv: { readonly argv: readonly string[]; readonly readOnlyArgv: readonly string[] },
): ChatReply {
  const line = `On the host, this opens the terminal of ${session}; the second only looks. No key leaves it: close the window, or use  ao attach ${session}  and Ctrl-\\.`;
  return whisper(line, line, [
    code(null, [argv.argv, argv.readOnlyArgv].map(shellLine).join('\n'), false),
  ]);
}

/** POSIX shell quoting, so that the line can be pasted. */
const shellLine = (argv: readonly string[]): string =>
  argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
