/** Starting sessions, and what is answered about each. */
import type { Spawned } from '../../commands/commands.ts';
import type { SessionView } from '../../commands/views.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { Result } from '../../lib/result.ts';
import type { Button, ChatReply } from '../../slots/chat.ts';
import { spawnedLine } from '../answers/answers.ts';
import { spawnForm } from '../answers/forms.ts';
import type { Asker, InboundDeps, SavedFiles } from '../answers/inbound-deps.ts';
import { refused, say } from '../answers/refusals.ts';
import type { SpawnCommand } from '../grammar/parsed-command.ts';
import { button, buttons, linkButton, textBlock } from '../words/message.ts';
import { escapeMarkdown, sentence } from '../words/wording.ts';
import { sentWithout, withMissing } from './run-reply.ts';
import { threadContext } from './thread-context.ts';

export const EMPTY_SPAWN = {
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
} as const satisfies SpawnCommand;

/** The message that asked for it shows what becomes of it: 👀 taken, ⚠️ refused; ✅ follows when the agent has the task. */
export async function runSpawn(
  command: SpawnCommand,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  if (command.issues.length === 0 && command.text === null)
    return spawnForm(asker, deps, { text: null });
  const { source, home } = asker;
  // Reading a thread takes a moment; the person sees at once that the words came through.
  if (source !== null) deps.receipts.set(source, '👀');
  const denied = source === null ? null : deps.access.may(asker.actor, 'spawn');
  const along = asker.session === null && denied === null ? await threadContext(asker, deps) : null;
  const files = await taskFiles(
    { ...asker, files: [...(along?.files ?? []), ...asker.files] },
    deps,
  );
  if (!files.ok) return notTaken(files.error, command, asker, deps);
  const { paths } = files.value;
  const missing = [...(along?.missing ?? []), ...files.value.missing];
  const { verb: _, ...request } = command;
  const spawned = await deps.commands.spawn(asker.actor, {
    ...request,
    ...(command.text === null ? {} : { text: withMissing(command.text, files.value.missing) }),
    ...(paths.length === 0 ? {} : { files: paths }),
    ...(source === null ? {} : { source }),
    ...(along === null || along.quotes.length === 0 ? {} : { quotes: along.quotes }),
    ...(home === null ? {} : { home }),
    channel: asker.channel,
    key: asker.key,
  });
  if (!spawned.ok) return notTaken(spawned.error, command, asker, deps);
  const started = spawned.value.some(({ session }) => session !== null);
  if (source !== null && !started) deps.receipts.set(source, '⚠️');
  const [only, more] = spawned.value;
  const here = home === null ? null : deps.threads.sessionOf(home);
  const sees = more === undefined && here !== null && only?.session?.id === here;
  if (sees && source !== null) deps.threads.setHeard(source, source.message);
  // Where the session lives in this thread its card says all that a private answer would.
  if (sees) return missing.length === 0 ? {} : say(sentWithout(missing));
  const reply = spawnedReply(spawned.value, command, asker, deps);
  const { whisper } = reply;
  return missing.length === 0 || whisper === undefined
    ? reply
    : {
        whisper: {
          ...whisper,
          blocks: [...whisper.blocks, textBlock(escapeMarkdown(sentWithout(missing)))],
        },
      };
}

/** Nobody fills the disk who may not start anything. */
async function taskFiles(asker: Asker, deps: InboundDeps): Promise<Result<SavedFiles, Refusal>> {
  if (asker.files.length === 0) return { ok: true, value: { paths: [], missing: [] } };
  const denied = deps.access.may(asker.actor, 'spawn');
  return denied === null
    ? deps.files.save(asker.platform, 'tasks', asker.files)
    : { ok: false, error: denied };
}

function notTaken(
  refusal: Refusal,
  command: SpawnCommand,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  // Where the project is asked for, nothing is refused yet, and nothing taken.
  const asked = refusal.code === 'AO_PROJECT_AMBIGUOUS';
  if (asker.source !== null) deps.receipts.set(asker.source, asked ? null : '⚠️');
  return refused(refusal, deps, asker, command);
}

/** One line per issue; the refused ones with what can be done about it. */
function spawnedReply(
  results: readonly Spawned[],
  command: SpawnCommand,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  const lines = results.map((result) =>
    result.session === null
      ? sentence(result.refusal?.message ?? 'Nothing was started.')
      : spawnedLine(result.session),
  );
  const blocks = results.flatMap((result, index) => [
    textBlock(escapeMarkdown(lines[index] ?? '')),
    ...buttons(spawnedButtons(result, command, asker, deps)),
  ]);
  return { whisper: { text: lines.join(' '), kind: 'post', blocks } };
}

function spawnedButtons(
  result: Spawned,
  command: SpawnCommand,
  asker: Asker,
  deps: InboundDeps,
): readonly Button[] {
  const taken = result.refusal?.code === 'AO_ISSUE_TAKEN' ? result.issue : null;
  const session = result.session?.id ?? (taken === null ? null : workingOn(taken, asker, deps));
  const url = session === null ? null : deps.threads.link(asker.platform, session);
  const open =
    url === null || session === null
      ? []
      : [linkButton('Open thread', `open_thread:${session}`, url)];
  if (taken === null) return open;
  const again = deps.drafts.keep({
    type: 'command',
    command: { ...command, issues: [taken], again: true },
  });
  return [...open, button('Spawn another', 'spawn_again', null, again)];
}

function workingOn(issue: string, asker: Asker, deps: InboundDeps): string | null {
  const listed = deps.commands.sessions(asker.actor, {});
  const match = (listed.ok ? listed.value : []).find(
    (session) =>
      session.task.type === 'issue' && (session.task.issue === issue || session.task.url === issue),
  );
  return match?.id ?? null;
}

export function startedReply(session: SessionView, asker: Asker, deps: InboundDeps): ChatReply {
  const line = spawnedLine(session);
  const url = deps.threads.link(asker.platform, session.id);
  return {
    whisper: {
      text: line,
      kind: 'post',
      blocks: [
        textBlock(escapeMarkdown(line)),
        ...buttons(
          url === null ? [] : [linkButton('Open thread', `open_thread:${session.id}`, url)],
        ),
      ],
    },
  };
}
