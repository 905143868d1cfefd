/** The one way out for what use cases answer: chat, HTTP, notifiers and digests compose from these answers, so none has to think of it. */
import type { Commands } from '../commands/commands.ts';
import type { Reader } from '../commands/reader.ts';
import { type Redact, redactDeep } from '../lib/redact.ts';

/** How to get at a terminal is run by the caller, not read: it is handed out as it is. */
const AS_IT_IS: ReadonlySet<PropertyKey> = new Set<keyof Commands>(['attach', 'terminal']);

/** Every answer, refusals too, with its secrets masked before anybody escapes, cuts or splits it. */
export function redactedCommands<T extends Commands | Reader>(commands: T, redact: Redact): T {
  return wrapped(commands, redact);
}

function wrapped<T extends object>(target: T, redact: Redact): T {
  const made = new Map<PropertyKey, unknown>();
  return new Proxy(target, {
    get(from, name, receiver) {
      if (made.has(name)) return made.get(name);
      const value: unknown = Reflect.get(from, name, receiver);
      const safe = AS_IT_IS.has(name) ? value : safeOf(value, redact);
      made.set(name, safe);
      return safe;
    },
  });
}

function safeOf(value: unknown, redact: Redact): unknown {
  if (typeof value === 'function')
    return (...args: readonly unknown[]): unknown => {
      const answer: unknown = value(...args);
      return answer instanceof Promise
        ? answer.then((later: unknown) => redactDeep(later, redact))
        : redactDeep(answer, redact);
    };
  return typeof value === 'object' && value !== null ? wrapped(value, redact) : value;
}
