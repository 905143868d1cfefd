/** The catalogue over one bot: each use case behind the gate. */
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Result } from '../lib/result.ts';
import type { Commands } from './commands.ts';
import { admit, furtherRefusal, mayDo, record } from './gate.ts';
import type { CommandParts } from './parts.ts';
import type { AnyUseCase } from './use-case.ts';
import { useCases } from './use-cases/index.ts';

type Answer = ReturnType<AnyUseCase['run']>;

export function createCommands(parts: CommandParts): Commands {
  const methods = useCases.map((useCase: AnyUseCase) => [useCase.name, methodOf(parts, useCase)]);
  return {
    ...Object.fromEntries(methods),
    may: (actor, verb, session) => mayDo(parts, actor, verb, session ?? null),
  } as Commands;
}

const methodOf =
  (parts: CommandParts, useCase: AnyUseCase) =>
  (actor: Actor, ...given: readonly unknown[]): Answer => {
    const [session, args] =
      useCase.on === 'session' ? [String(given[0]), given.slice(1)] : [null, given];
    const answer = (): Answer => use(parts, useCase, actor, session, args);
    return useCase.when === 'now' ? answer() : later(answer);
  };

/** What is thrown before the first wait is a rejection too. */
async function later(answer: () => Answer): Promise<Result<unknown, Refusal>> {
  return answer();
}

function use(
  parts: CommandParts,
  useCase: AnyUseCase,
  actor: Actor,
  session: string | null,
  args: readonly unknown[],
): Answer {
  const admitted = admit(parts, useCase, actor, session, args);
  if (!admitted.ok) return admitted;
  const snapshot = admitted.value;
  const refusal = (verb: Parameters<typeof furtherRefusal>[2]): Refusal | null =>
    furtherRefusal(parts, actor, verb);
  const noted = (result: Result<unknown, Refusal>): Result<unknown, Refusal> => {
    // What was refused after the policy said yes is a row as well.
    if (!result.ok && useCase.record !== 'refusals')
      record(parts, useCase, actor, {
        session: snapshot?.session.id ?? null,
        args,
        refused: result.error,
      });
    return result;
  };
  const call = { parts, actor, refusal, snapshot };
  const answer = useCase.run(call as never, ...(args as never));
  return answer instanceof Promise ? answer.then(noted) : noted(answer);
}
