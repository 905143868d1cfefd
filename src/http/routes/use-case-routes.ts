/** The routes that the catalogue of use cases describes: who may, what is taken and what is answered is said there. */
import type { z } from 'zod';
import type { Commands, UseCaseName } from '../../commands/commands.ts';
import type { AnyUseCase } from '../../commands/use-case.ts';
import { useCases } from '../../commands/use-cases/index.ts';
import type { Actor } from '../../domain/session/ids.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint, type Endpoint } from '../endpoint.ts';

/** Asked by the programs on an agent's PATH about its own session: nothing a person would call. */
const FOR_AGENTS: ReadonlySet<string> = new Set(['gh', 'report'] satisfies UseCaseName[]);

type Answer = ReturnType<Endpoint<unknown, unknown, unknown>['run']>;

export function addUseCaseRoutes(app: Api, { commands }: HttpDeps): void {
  for (const useCase of useCases as readonly AnyUseCase[]) addRoute(app, commands, useCase);
}

function addRoute(app: Api, commands: Commands, { name, on, http }: AnyUseCase): void {
  if (http === undefined) return;
  const { method, path, tag, summary, query, body, response } = http;
  addEndpoint<unknown, unknown, unknown>(app, {
    method,
    path,
    ...(FOR_AGENTS.has(name) ? {} : { id: name }),
    tag,
    summary,
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    response: response as z.ZodType<unknown>,
    uses: name as UseCaseName,
    run(call) {
      const args = http.args(call);
      const method = commands[name as UseCaseName] as (
        actor: Actor,
        ...rest: readonly unknown[]
      ) => Answer;
      return on === 'session'
        ? method(call.actor, call.param('id'), ...args)
        : method(call.actor, ...args);
    },
  });
}
