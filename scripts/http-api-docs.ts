/** Writes docs/http-api.md from the OpenAPI document: `node scripts/http-api-docs.ts`. A test compares the two. */
import { writeFileSync } from 'node:fs';
import { createHttp } from '../src/http/create-http.ts';
import { fakeHttp } from '../test/fakes/fake-http-deps.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string }>;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const TITLES: Readonly<Record<string, string>> = {
  sessions: 'Sessions',
  control: 'Control',
  agents: 'For agents',
  team: 'Team',
  access: 'Access',
  chat: 'Web chat',
  events: 'Events',
  operate: 'Operate',
};

export async function httpApiDocs(): Promise<string> {
  const response = await createHttp(fakeHttp().deps).app.request('/openapi.json', {
    headers: { host: 'localhost' },
  });
  const document = (await response.json()) as Document;
  const schemas = Object.entries(document.components.schemas).sort(([a], [b]) =>
    a.localeCompare(b),
  );
  return [
    '# HTTP API',
    '',
    'Generated from `/openapi.json` by `scripts/http-api-docs.ts`. `Authorization: Bearer <token>` with the token of the data directory, or the cookie of the page.',
    'Errors are problem documents (RFC 9457). POSTs take `Idempotency-Key`. Session ids may be unambiguous prefixes. `?` marks what may be left out.',
    ...Object.entries(TITLES).flatMap(([tag, title]) => [
      '',
      `## ${title}`,
      '',
      '| route | what it does | takes | gives |',
      '|---|---|---|---|',
      ...rows(document, tag),
    ]),
    '',
    '## Schemas',
    ...schemas.flatMap(([name, schema]) => ['', `### ${name}`, '', ...fields(schema)]),
    '',
  ].join('\n');
}

function rows(document: Document, tag: string): readonly string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags?.includes(tag))
      .map(
        ([method, operation]) =>
          `| \`${method.toUpperCase()} ${path}\` | ${cell(operation.summary ?? '')} | ${cell(takes(operation))} | ${cell(gives(operation))} |`,
      ),
  );
}

function takes(operation: Operation): string {
  const query = (operation.parameters ?? [])
    .filter((one) => one.in === 'query')
    .map((one) => one.name);
  const body = operation.requestBody?.content['application/json']?.schema;
  return [
    query.length === 0 ? '' : `?${query.join('&')}`,
    body === undefined ? '' : code(shape(body)),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function gives(operation: Operation): string {
  const schema = operation.responses['200']?.content?.['application/json']?.schema;
  return schema === undefined ? '' : code(shape(schema));
}

const code = (text: string): string => (text === '' || text === '{}' ? '' : `\`${text}\``);
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** A type in one line, like TypeScript. */
function shape(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? '';
  const union = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (union !== undefined) return union.map(shape).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined)
    return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.items !== undefined)
    return /[ |]/.test(shape(schema.items))
      ? `(${shape(schema.items)})[]`
      : `${shape(schema.items)}[]`;
  if (schema.properties !== undefined)
    return `{${Object.entries(schema.properties)
      .map(
        ([name, value]) =>
          `${name}${schema.required?.includes(name) === true ? '' : '?'}: ${shape(value)}`,
      )
      .join(', ')}}`;
  if (typeof schema.additionalProperties === 'object')
    return `Record<string, ${shape(schema.additionalProperties)}>`;
  if (schema.type === undefined) return 'any';
  return (Array.isArray(schema.type) ? schema.type : [schema.type]).join(' | ');
}

function fields(schema: Schema): readonly string[] {
  if (schema.properties === undefined) return [code(shape(schema))];
  return Object.entries(schema.properties).map(
    ([name, value]) =>
      `- \`${name}${schema.required?.includes(name) === true ? '' : '?'}: ${shape(value)}\``,
  );
}

if (import.meta.main)
  writeFileSync(new URL('../docs/http-api.md', import.meta.url), await httpApiDocs());
