/** Starting sessions, and what is answered about each. */
import type { Spawned } from '../../commands/commands.ts';
import type { SessionView } from '../../commands/views.ts';
import type { Button, ChatReply } from '../../slots/chat.ts';
import { spawnedLine } from '../answers/answers.ts';
import { spawnForm } from '../answers/forms.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { refused } from '../answers/refusals.ts';
import type { SpawnCommand } from '../grammar/parsed-command.ts';
import { button, buttons, linkButton, textBlock } from '../words/message.ts';
import { escapeMarkdown, sentence } from '../words/wording.ts';

export async function runSpawn(
  command: SpawnCommand,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  if (command.issues.length === 0 && command.text === null)
    return spawnForm(asker, deps, { text: null });
  const { verb: _, ...request } = command;
  const spawned = await deps.commands.spawn(asker.actor, {
    ...request,
    channel: asker.channel,
    key: asker.key,
  });
  if (!spawned.ok) return refused(spawned.error, deps, asker, command);
  return spawnedReply(spawned.value, command, asker, deps);
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
