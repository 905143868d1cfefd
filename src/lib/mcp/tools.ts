/** The parts of an OpenAPI 3.1 document that are read here. */
export interface ApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: ReadonlyArray<{
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: JsonSchema;
    readonly description?: string;
  }>;
  readonly requestBody?: {
    readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
  };
}

export type JsonSchema = { readonly [key: string]: unknown };

/** One call of the HTTP API. */
export interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  /** Null with GET. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** What an MCP client is offered: one operation of the HTTP API. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly readOnly: boolean;
  readonly inputSchema: JsonSchema;
  /** The call that the tool's arguments mean. What they lack or have too much of, the API itself refuses. */
  call(args: Readonly<Record<string, unknown>>): ApiCall;
}

/** The path parameter `id` is a session everywhere, and reads better as one. */
const argumentOf = (parameter: string): string => (parameter === 'id' ? 'session' : parameter);

/** A tool for each operation of the document that has a name (`operationId`: the use case). */
export function toolsOf(document: ApiDocument): readonly Tool[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) =>
      operation.operationId === undefined
        ? []
        : [toolOf(document, method, path, operation, operation.operationId)],
    ),
  );
}

function toolOf(
  document: ApiDocument,
  method: string,
  path: string,
  operation: Operation,
  name: string,
): Tool {
  const inPath = (operation.parameters ?? []).filter((each) => each.in === 'path');
  const inQuery = (operation.parameters ?? []).filter((each) => each.in === 'query');
  const body = resolved(
    document,
    operation.requestBody?.content?.['application/json']?.schema ?? {},
  ) as { properties?: Record<string, unknown>; required?: readonly string[] };
  const parameters = [...inPath, ...inQuery].map((each) => [
    each.in === 'path' ? argumentOf(each.name) : each.name,
    {
      ...(resolved(document, each.schema ?? {}) as object),
      ...(each.description === undefined ? {} : { description: each.description }),
    },
  ]);
  const required = [
    ...inPath.map((each) => argumentOf(each.name)),
    ...inQuery.filter((each) => each.required === true).map((each) => each.name),
    ...(body.required ?? []),
  ];
  return {
    name,
    description: operation.summary ?? name,
    readOnly: method === 'get',
    inputSchema: {
      type: 'object',
      properties: { ...body.properties, ...Object.fromEntries(parameters) },
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    },
    call(args) {
      const rest = { ...args };
      const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
        const value = rest[argumentOf(parameter)];
        delete rest[argumentOf(parameter)];
        return encodeURIComponent(typeof value === 'string' ? value : '');
      });
      if (method !== 'get') return { method: 'POST', path: filled, body: rest };
      const query = new URLSearchParams();
      for (const [key, value] of Object.entries(rest))
        if (value !== undefined && value !== null) query.set(key, String(value));
      return {
        method: 'GET',
        path: query.size === 0 ? filled : `${filled}?${query.toString()}`,
        body: null,
      };
    },
  };
}

/** The schema with what it refers to in the place of the references: a tool's schema stands alone. */
function resolved(document: ApiDocument, schema: unknown, depth = 0): unknown {
  if (Array.isArray(schema)) return schema.map((each) => resolved(document, each, depth));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref } = schema as { $ref?: unknown };
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? '';
    const target = document.components?.schemas?.[name];
    // A schema that holds itself ends somewhere.
    return target === undefined || depth > 8 ? {} : resolved(document, target, depth + 1);
  }
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, resolved(document, value, depth)]),
  );
}
