import type { Effect } from '../../domain/effect.ts';
import { transient } from '../../slots/errors.ts';
import type { Handler } from '../outbox.ts';
import { type EffectParts, effectHandler, type Run } from './effect-handler.ts';

const TIMEOUT = 10_000;

/** One-way notifications. None of them may hold anything up: each has its time, and failing ones are told in the log. */
export function notifyEffects(parts: EffectParts & { readonly linkTo: (session: string) => string }): Readonly<Record<string, Handler>> {
  const notify: Run<'notify'> = async (effect, snapshot) => {
    const { session } = snapshot;
    const message = {
      project: session.project,
      session: session.id,
      title: titleOf(session.id, effect),
      text: parts.redact(effect.text),
      url: parts.linkTo(session.id),
    };
    const targets = parts.plugins.notifiers(session.project, effect.priority);
    await Promise.all(
      targets.map(({ name, plugin }) => inTime(name, plugin.notify(message, { priority: effect.priority, key: `${session.id}:${effect.key}` }))),
    );
    return { type: 'done' };
  };
  return { notify: effectHandler(parts, notify) };
}

const titleOf = (session: string, effect: Effect & { type: 'notify' }): string => `${session} (${effect.priority})`;

async function inTime(name: string, sent: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(transient('AO_NOTIFIER_TIMEOUT', `The notifier ${name} did not answer within ${TIMEOUT / 1000} s.`)), TIMEOUT);
    timer.unref();
  });
  try {
    await Promise.race([sent, late]);
  } finally {
    clearTimeout(timer);
  }
}
