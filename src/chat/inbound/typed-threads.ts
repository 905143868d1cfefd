/** Review threads named in a typed command. */
import type { Outcome } from '../../commands/commands.ts';
import type { SessionView } from '../../commands/views.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';

/** `t1 the words`. */
export function replyThread(
  session: SessionView,
  text: string,
  asker: Asker,
  deps: InboundDeps,
): Outcome<SessionView> {
  const [, thread = '', words = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  return deps.commands.replyThread(asker.actor, session.id, {
    thread,
    text: unquoted(words),
    key: asker.key,
  });
}

const unquoted = (text: string): string =>
  /^(["“„])([\s\S]*)(["”“])$/.exec(text.trim())?.[2] ?? text.trim();

/** Without a name: the only one that is open. */
export function resolveThread(
  session: SessionView,
  text: string | null,
  asker: Asker,
  deps: InboundDeps,
): Outcome<SessionView> {
  const listed = deps.commands.threads(asker.actor, session.id);
  const open = listed.ok ? listed.value.filter((thread) => !thread.resolved) : [];
  const only = open.length === 1 ? open[0]?.ref : undefined;
  const thread = text?.trim() ?? only ?? null;
  if (thread !== null) return deps.commands.resolveThread(asker.actor, session.id, thread);
  const message =
    open.length === 0
      ? 'No review thread is open.'
      : `Which one? Open are ${open.map((one) => one.ref).join(', ')}, or say all.`;
  return Promise.resolve({ ok: false, error: { code: 'AO_BAD_REQUEST', message } });
}
