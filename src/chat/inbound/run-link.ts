/** `/ao link` and `/ao unlink`: which login at the forge a person of the chat has. */
import type { LinkChallenge } from '../../commands/commands.ts';
import type { IdentityView } from '../../commands/views.ts';
import type { ChatReply } from '../../slots/chat.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { refused, say } from '../answers/refusals.ts';
import { code, whisper } from '../words/message.ts';
import { count, escapeMarkdown } from '../words/wording.ts';

/** Without words: one's own; `<login>`: a code; `done <issue>`: the proof; `list`: everybody's, for admins. */
export async function runLink(
  text: string | null,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const [word = '', second] = (text ?? '').trim().split(/\s+/);
  if (word === '') return ownReply(asker, deps);
  if (word === 'list') return listReply(asker, deps);
  if (word === 'done')
    return second === undefined
      ? say('On which issue did you write the code?  /ao link done 42')
      : confirm(second, asker, deps);
  if (second !== undefined) return say('One login at a time:  /ao link octocat');
  const begun = await deps.commands.beginLink(asker.actor, {
    login: word,
    project: null,
    channel: asker.channel,
  });
  return begun.ok ? challengeReply(begun.value) : refused(begun.error, deps, asker);
}

export async function runUnlink(asker: Asker, deps: InboundDeps): Promise<ChatReply> {
  const removed = await deps.commands.removeLinks(asker.actor, null);
  return removed.ok
    ? say('You are no longer linked to a login.')
    : refused(removed.error, deps, asker);
}

function ownReply(asker: Asker, deps: InboundDeps): ChatReply {
  const listed = deps.commands.ownLinks(asker.actor);
  if (!listed.ok) return refused(listed.error, deps, asker);
  const own = listed.value;
  if (own.length === 0) return say('You are linked to no login. Link yours:  /ao link octocat');
  return say(
    `You are ${own.map((one) => `@${one.login} at ${one.forge}`).join(', ')}. Take it back:  /ao unlink`,
  );
}

function listReply(asker: Asker, deps: InboundDeps): ChatReply {
  const listed = deps.commands.allLinks(asker.actor);
  if (!listed.ok) return refused(listed.error, deps, asker);
  const line = `${count(listed.value.length, 'linked person', 'linked people')}.`;
  const rows = listed.value.map((one: IdentityView) => [
    one.subject,
    `@${one.login}`,
    one.forge,
    one.proof === 'comment' ? 'by a comment' : 'by an admin',
  ]);
  return whisper(
    line,
    line,
    rows.length === 0
      ? []
      : [{ type: 'table', columns: ['Person', 'Login', 'Forge', 'Proved'], rows }],
  );
}

function challengeReply({ login, project, code: words }: LinkChallenge): ChatReply {
  const first = `To show that @${login} is you, write this line, and nothing else, as a new comment on any issue of ${project}, signed in as @${login}:`;
  const then =
    'Then say  /ao link done 42  with the number of that issue. It counts for 15 minutes, and only for you: nobody else should write it for you.';
  return whisper(`${first} ${words} ${then}`, escapeMarkdown(first), [
    code(null, words, false),
    { type: 'text', text: escapeMarkdown(then) },
  ]);
}

async function confirm(issue: string, asker: Asker, deps: InboundDeps): Promise<ChatReply> {
  const done = await deps.commands.confirmLink(asker.actor, {
    issue: issue.replace(/^#/, ''),
  });
  return done.ok
    ? say(`You are @${done.value.login} at ${done.value.forge}.`)
    : refused(done.error, deps, asker);
}
