/** One API route: what it takes, what it gives, and the use case. Validation, problems and OpenAPI follow from it. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Agents } from '../commands/agents.ts';
import type { UseCaseName } from '../commands/commands.ts';
import { useCases } from '../commands/use-cases/index.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import { nearest } from '../lib/nearest.ts';
import { ownKey } from '../lib/own-key.ts';
import { redactDeep } from '../lib/redact.ts';
import type { Result } from '../lib/result.ts';
import type { Principal } from './door/auth.ts';
import type { Env } from './env.ts';
import { problem, refusalProblem } from './problem.ts';
import { ProblemSchema } from './schemas/problem-schema.ts';

export interface Call<Q, B> {
  readonly actor: Actor;
  readonly principal: Principal;
  /** From the path, decoded; empty when the path has no such parameter. */
  param(name: string): string;
  readonly query: Q;
  readonly body: B;
  /** The `Idempotency-Key` header, as the caller's own: the same one sent by somebody else is another key. */
  readonly key: string | null;
  /** Sets a header of the answer. */
  readonly setHeader: (name: string, value: string) => void;
}

export interface Endpoint<Q, B, T> {
  readonly method: 'get' | 'post';
  /** With `:name` parameters. */
  readonly path: string;
  /** Name of the operation, for clients that are made from the document; without one it is no tool of MCP's. */
  readonly id?: string;
  readonly summary: string;
  readonly tag: string;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly response: z.ZodType<T>;
  /** The use cases it leads to: what agents may use of them, they may ask of it. Null: none, so agents are refused. */
  readonly uses: UseCaseName | readonly UseCaseName[] | null;
  run(call: Call<Q, B>): Promise<Result<T, Refusal>> | Result<T, Refusal>;
}

export type Api = OpenAPIHono<Env>;

export function addEndpoint<Q, B, T>(app: Api, endpoint: Endpoint<Q, B, T>): void {
  describe(app, endpoint);
  routesOf(app).set(
    `${endpoint.method.toUpperCase()} ${endpoint.path}`,
    [endpoint.uses ?? []].flat(),
  );
  app.on(endpoint.method.toUpperCase(), endpoint.path, async (c) => {
    const query = parse(endpoint.query, c.req.query(), 'query');
    if (!query.ok) return problem(c, 400, 'AO_BAD_REQUEST', query.error);
    const body =
      endpoint.body === undefined
        ? { ok: true as const, value: undefined as B }
        : parse(endpoint.body, await readJson(c), 'body');
    if (!body.ok) return problem(c, 400, 'AO_BAD_REQUEST', body.error);
    const principal = c.get('principal');
    const key = c.req.header('idempotency-key')?.slice(0, 200);
    const result = await endpoint.run({
      actor: principal.actor,
      principal,
      param: (name) => c.req.param(name) ?? '',
      query: query.value,
      body: body.value,
      key: key === undefined ? null : ownKey(principal.actor.subject, key),
      setHeader: (name, value) => c.header(name, value),
    });
    return result.ok
      ? c.json(redactDeep(result.value, c.get('redact')) as object)
      : refusalProblem(c, result.error);
  });
}

const ROUTES = new WeakMap<Api, Map<string, readonly UseCaseName[]>>();

/** Which use cases each route leads to, by `GET /api/sessions/:id`. */
export function routesOf(app: Api): Map<string, readonly UseCaseName[]> {
  const known = ROUTES.get(app) ?? new Map<string, readonly UseCaseName[]>();
  ROUTES.set(app, known);
  return known;
}

const agentsOf = (name: UseCaseName): Agents =>
  useCases.find((useCase) => useCase.name === name)?.agents ?? 'nobody';

/** What agents may ask of a route; a route that doesn't say is closed to them. */
export const agentRules = (app: Api, method: string, path: string): readonly Agents[] =>
  (routesOf(app).get(`${method} ${path}`) ?? []).map(agentsOf);

/** An empty body is `{}`; anything that isn't JSON is `undefined` and fails the schema. */
async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parse<T>(
  schema: z.ZodType<T> | undefined,
  input: unknown,
  where: string,
): Result<T, string> {
  if (schema === undefined) return { ok: true, value: undefined as T };
  const parsed = schema.safeParse(input);
  const extra = unknownKeys(schema, input);
  if (parsed.success && extra.length === 0) return { ok: true, value: parsed.data };
  if (input === undefined) return { ok: false, error: `The ${where} is not JSON.` };
  return {
    ok: false,
    error: [
      ...extra.map((key) => `${where}.${key}: unknown key${meantBy(schema, key)}`),
      ...(parsed.error?.issues ?? []).map(
        (issue) => `${[where, ...issue.path].join('.')}: ${issue.message}`,
      ),
    ]
      .slice(0, 5)
      .join('; '),
  };
}

const keysOf = (schema: z.ZodType): readonly string[] | null =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : null;

/** Keys that no part of the schema reads: what they were meant to say would be lost without a word. */
function unknownKeys(schema: z.ZodType, input: unknown): readonly string[] {
  const known = keysOf(schema);
  if (known === null || typeof input !== 'object' || input === null || Array.isArray(input))
    return [];
  return Object.keys(input).filter((key) => !known.includes(key));
}

function meantBy(schema: z.ZodType, key: string): string {
  const meant = nearest(key, keysOf(schema) ?? []);
  return meant === null ? '' : `, did you mean ${meant}?`;
}

function describe<Q, B, T>(app: Api, endpoint: Endpoint<Q, B, T>): void {
  const names = [...endpoint.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  app.openAPIRegistry.registerPath({
    method: endpoint.method,
    path: endpoint.path.replace(/:(\w+)/g, '{$1}'),
    ...(endpoint.id === undefined ? {} : { operationId: endpoint.id }),
    summary: endpoint.summary,
    tags: [endpoint.tag],
    security: [{ token: [] }, { cookie: [] }],
    request: {
      ...(names.length === 0
        ? {}
        : {
            params: z.object(
              Object.fromEntries(
                names.map((name) => [name, z.string().openapi({ param: { name, in: 'path' } })]),
              ),
            ),
          }),
      ...(endpoint.query instanceof z.ZodObject ? { query: endpoint.query } : {}),
      ...(endpoint.body === undefined
        ? {}
        : { body: { content: { 'application/json': { schema: endpoint.body } } } }),
    },
    responses: {
      200: {
        description: endpoint.summary,
        content: { 'application/json': { schema: endpoint.response } },
      },
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: ProblemSchema } },
      },
    },
  });
}
