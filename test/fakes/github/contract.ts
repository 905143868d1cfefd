import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

type Schema = Readonly<Record<string, unknown>>;
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyArray<{
    readonly name: string;
    readonly required: boolean;
    readonly schema: Schema;
  }>;
  readonly body: { readonly required: boolean; readonly schema: Schema } | null;
  readonly responses: Readonly<Record<string, Schema | null>>;
}

/** GitHub's own description of its REST API, trimmed to what ao calls. */
export interface RestContract {
  match(
    method: string,
    path: string,
  ): { readonly operation: Operation; readonly params: Readonly<Record<string, string>> } | null;
  /** What is wrong with the request; empty when nothing is. */
  requestErrors(operation: Operation, query: URLSearchParams, body: unknown): readonly string[];
  /** Fills in what the schema demands besides what was given, and says what is still wrong. */
  response(
    operation: Operation,
    status: number,
    value: unknown,
  ): { readonly body: unknown; readonly errors: readonly string[] };
  /** What is wrong with an answer that somebody else made, taken as it is. */
  answerErrors(operation: Operation, status: number, value: unknown): readonly string[];
}

let opened: RestContract | null = null;

/** The same one in the whole process: to compile a schema takes more than all the answers a test checks with it. */
export const openContract = (): RestContract => (opened ??= readContract());

function readContract(): RestContract {
  const document = JSON.parse(
    readFileSync(new URL('../../fixtures/github/openapi.json', import.meta.url), 'utf8'),
  ) as {
    operations: readonly Operation[];
    schemas: Record<string, Schema>;
  };
  // The one place where the description is known to be wrong: the repository of a deleted fork is null.
  for (const name of ['pull-request', 'pull-request-simple']) {
    const head = (
      document.schemas[name]?.properties as
        | { head?: { properties?: Record<string, Schema> } }
        | undefined
    )?.head?.properties;
    if (head?.repo !== undefined) head.repo = { anyOf: [{ type: 'null' }, head.repo] };
  }
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    allErrors: true,
    code: { optimize: false },
  });
  ajv.addSchema({ $id: 'github', schemas: document.schemas });
  const compiled = new Map<Schema, ValidateFunction>();
  const validator = (schema: Schema): ValidateFunction => {
    const known =
      compiled.get(schema) ??
      ajv.compile(
        JSON.parse(JSON.stringify(schema).replaceAll('"#/schemas/', '"github#/schemas/')) as Schema,
      );
    compiled.set(schema, known);
    return known;
  };
  const check = (schema: Schema, value: unknown, where: string): readonly string[] => {
    const validate = validator(schema);
    return validate(value)
      ? []
      : (validate.errors ?? [])
          .slice(0, 5)
          .map((error) => `${where}${error.instancePath} ${error.message ?? ''}`);
  };
  const patterns = document.operations.map((operation) => ({
    operation,
    pattern: new RegExp(
      `^${operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'ref' || name === 'branch' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`))}$`,
    ),
  }));

  return {
    match(method, path) {
      for (const { operation, pattern } of patterns) {
        const found = operation.method === method.toLowerCase() ? pattern.exec(path) : null;
        if (found !== null)
          return {
            operation,
            params: Object.fromEntries(
              Object.entries(found.groups ?? {}).map(([name, value]) => [
                name,
                decodeURIComponent(value),
              ]),
            ),
          };
      }
      return null;
    },
    requestErrors(operation, query, body) {
      const known = new Map(operation.query.map((one) => [one.name, one]));
      const parameters = [...query].flatMap(([name, value]) => {
        const one = known.get(name);
        if (one === undefined) return [`there is no query parameter ${name}`];
        return check(
          one.schema,
          one.schema.type === 'integer'
            ? Number(value)
            : one.schema.type === 'boolean'
              ? value === 'true'
              : value,
          `query ${name}`,
        );
      });
      const bodies =
        body === undefined
          ? operation.body?.required === true
            ? ['the body is missing']
            : []
          : operation.body === null
            ? Object.keys(body as object).length > 0
              ? ['no body is taken']
              : []
            : check(operation.body.schema, body, 'body');
      return [...parameters, ...bodies].map(
        (error) => `${operation.method.toUpperCase()} ${operation.path}: ${error}`,
      );
    },
    response(operation, status, value) {
      const schema = operation.responses[String(status)];
      if (status >= 400) return { body: value, errors: [] };
      if (schema === undefined)
        return {
          body: value,
          errors: [`${operation.method.toUpperCase()} ${operation.path} never answers ${status}`],
        };
      if (schema === null) return { body: value, errors: [] };
      const body = complete(schema, value, document.schemas);
      return {
        body,
        errors: check(
          schema,
          body,
          `${operation.method.toUpperCase()} ${operation.path} ${status}`,
        ),
      };
    },
    answerErrors(operation, status, value) {
      const schema = operation.responses[String(status)];
      const what = `${operation.method.toUpperCase()} ${operation.path}`;
      if (status >= 400 || schema === null) return [];
      return schema === undefined
        ? [`${what} never answers ${status}`]
        : check(schema, value, `${what} ${status}`);
    },
  };
}

/** `value` with everything the schema demands: the plainest value of each type. */
function complete(
  schema: Schema,
  value: unknown,
  schemas: Readonly<Record<string, Schema>>,
): unknown {
  if (typeof schema.$ref === 'string')
    return complete(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value, schemas);
  const choices = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (choices !== undefined) {
    const nullable = choices.some((choice) => choice.type === 'null');
    if ((value === undefined || value === null) && nullable) return null;
    const fitting =
      choices.find((choice) => choice.type !== 'null' && fits(choice, value, schemas)) ??
      choices.find((choice) => choice.type !== 'null') ??
      {};
    return complete(fitting, value, schemas);
  }
  if (Array.isArray(schema.allOf))
    return (schema.allOf as readonly Schema[]).reduce<unknown>(
      (so, part) => complete(part, so, schemas),
      value,
    );
  if (schema.type === 'array')
    return Array.isArray(value)
      ? value.map((item) => complete((schema.items ?? {}) as Schema, item, schemas))
      : (value ?? []);
  if (schema.type === 'object' || schema.properties !== undefined)
    return completeObject(schema, value, schemas);
  if (value !== undefined) return value;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.type === 'string')
    return schema.format === 'uri'
      ? 'https://github.invalid/'
      : schema.format === 'date-time'
        ? '2026-01-01T00:00:00Z'
        : '';
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 0;
  return schema.type === 'boolean' ? false : null;
}

function completeObject(
  schema: Schema,
  value: unknown,
  schemas: Readonly<Record<string, Schema>>,
): unknown {
  if (value === null || (value !== undefined && typeof value !== 'object')) return value;
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const names = new Set([...Object.keys(given), ...((schema.required ?? []) as readonly string[])]);
  return Object.fromEntries(
    [...names].map((name) => [name, complete(properties[name] ?? {}, given[name], schemas)]),
  );
}

function fits(schema: Schema, value: unknown, schemas: Readonly<Record<string, Schema>>): boolean {
  const real =
    typeof schema.$ref === 'string' ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
  if (value === undefined) return true;
  if (Array.isArray(value)) return real.type === 'array';
  if (value !== null && typeof value === 'object')
    return (
      (real.type === 'object' || real.properties !== undefined || real.allOf !== undefined) &&
      isOfType(real, value, schemas)
    );
  return (
    real.type === typeof value ||
    (real.type === 'integer' && typeof value === 'number') ||
    (Array.isArray(real.enum) && real.enum.includes(value))
  );
}

/** Variants of one kind of object are told apart by an enumerated `type`. */
function isOfType(
  schema: Schema,
  value: object,
  schemas: Readonly<Record<string, Schema>>,
): boolean {
  const real =
    typeof schema.$ref === 'string' ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
  const types = (real.properties as Readonly<Record<string, Schema>> | undefined)?.type?.enum as
    | readonly unknown[]
    | undefined;
  if (types !== undefined && 'type' in value && !types.includes(value.type)) return false;
  return ((real.allOf ?? []) as readonly Schema[]).every((part) => isOfType(part, value, schemas));
}
