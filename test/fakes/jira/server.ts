import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface FakeIssue {
  readonly id: string;
  readonly key: string;
  summary: string;
  description: unknown;
  status: 'new' | 'indeterminate' | 'done';
  labels: string[];
  assignee: string | null;
  readonly comments: Array<{
    readonly id: string;
    readonly body: unknown;
    readonly at: number;
    readonly author: string;
    readonly properties: unknown;
    readonly visibility?: unknown;
    readonly jsdPublic?: boolean;
  }>;
  updated: number;
}
interface Transition {
  readonly id: string;
  readonly name: string;
  readonly to: FakeIssue['status'];
  readonly asks?: boolean;
}

const TRANSITIONS: readonly Transition[] = [
  { id: '11', name: 'Zu erledigen', to: 'new' },
  { id: '21', name: 'In Arbeit', to: 'indeterminate' },
  { id: '31', name: 'Ablehnen', to: 'done', asks: true },
  { id: '41', name: 'Fertig', to: 'done' },
];

export type FakeJira = Awaited<ReturnType<typeof startFakeJira>>;
type Answer = readonly [status: number, body?: unknown, headers?: Record<string, string>];

/** Jira with one project, ENG. Cloud: documents, account ids, pages by token. Data Center: wiki text, names, pages by number. */
export async function startFakeJira(kind: 'cloud' | 'dc') {
  const cloud = kind === 'cloud';
  const issues = new Map<string, FakeIssue>();
  const people = new Set(['ao', 'dana']);
  const violations: string[] = [];
  const log: string[] = [];
  const faults: Array<{ readonly match: RegExp; readonly answer: Answer }> = [];
  const settings = { serviceDesk: false, transitions: TRANSITIONS, stranger: false };
  let clock = Date.UTC(2026, 2, 2, 9);
  let counter = 0;
  const now = (): number => (clock += 1_000);

  const personOf = (name: string) =>
    cloud
      ? { accountId: `acc-${name}`, displayName: name, active: true }
      : { name, key: `JIRAUSER-${name}`, displayName: name, active: true };
  const fieldsOf = (one: FakeIssue) => ({
    summary: one.summary,
    description: one.description,
    status: { name: 'irgendwas', statusCategory: { key: one.status } },
    labels: one.labels,
    assignee: one.assignee === null ? null : personOf(one.assignee),
    creator: personOf('ao'),
    updated: new Date(one.updated).toISOString().replace('Z', '+0000'),
    project: { key: 'ENG', projectTypeKey: settings.serviceDesk ? 'service_desk' : 'software' },
  });
  /** Cloud refuses strings, Data Center documents. */
  const isText = (value: unknown): boolean =>
    cloud ? (value as { type?: string } | null)?.type === 'doc' : typeof value === 'string';
  const wrongText: Answer = [
    400,
    { errors: { comment: 'Operation value must be an Atlassian Document' } },
  ];
  const missing: Answer = [
    404,
    { errorMessages: ['Issue does not exist or you do not have permission to see it.'] },
  ];

  const search = (body: Record<string, unknown>): Answer => {
    const jql = String(body.jql);
    const size = Number(body.maxResults ?? 50);
    const part = (pattern: RegExp): string | null =>
      pattern.exec(jql)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? null;
    if (!jql.startsWith('project = "ENG"'))
      return [400, { errorMessages: ['Unbounded JQL queries are not allowed here.'] }];
    const text = part(/summary ~ "((?:[^"\\]|\\.)*)"/)?.toLowerCase();
    const label = part(/labels = "((?:[^"\\]|\\.)*)"/);
    const found = [...issues.values()]
      .toReversed()
      .filter((one) => !jql.includes('!= Done') || one.status !== 'done')
      .filter((one) => !jql.includes(' = Done') || one.status === 'done')
      .filter((one) => label === null || one.labels.includes(label))
      .filter((one) => text === undefined || one.summary.toLowerCase().includes(text));
    const from = Number(cloud ? (body.nextPageToken ?? 0) : (body.startAt ?? 0));
    const shown = found.slice(from, from + size).map((one) => ({
      id: one.id,
      key: one.key,
      ...(Array.isArray(body.fields) ? { fields: fieldsOf(one) } : {}),
    }));
    const last = from + size >= found.length;
    return [
      200,
      cloud
        ? { issues: shown, isLast: last, ...(last ? {} : { nextPageToken: String(from + size) }) }
        : { issues: shown, startAt: from, total: found.length },
    ];
  };

  const make = (body: Record<string, unknown>): Answer => {
    const fields = body.fields as Record<string, unknown>;
    if (fields.description !== undefined && !isText(fields.description)) return wrongText;
    counter += 1;
    const one: FakeIssue = {
      id: String(10_000 + counter),
      key: `ENG-${counter}`,
      summary: String(fields.summary),
      description: fields.description ?? null,
      status: 'new',
      labels: [...((fields.labels as string[] | undefined) ?? [])],
      assignee: null,
      comments: [],
      updated: now(),
    };
    issues.set(one.key, one);
    return [201, { id: one.id, key: one.key }];
  };

  const ofIssue = (
    method: string,
    one: FakeIssue,
    rest: string,
    asked: { query: URLSearchParams; body: Record<string, unknown> },
  ): Answer => {
    const { query, body } = asked;
    switch (`${method} ${rest}`) {
      case 'GET ':
        return [200, { id: one.id, key: one.key, fields: fieldsOf(one) }];
      case 'PUT ': {
        const changes = ((body.update as Record<string, unknown> | undefined)?.labels ??
          []) as Array<{ add?: string; remove?: string }>;
        for (const { add, remove } of changes) {
          if (add !== undefined && !one.labels.includes(add)) one.labels.push(add);
          one.labels = one.labels.filter((label) => label !== remove);
        }
        one.updated = now();
        return [204];
      }
      case 'PUT /assignee': {
        const said = cloud ? body.accountId : body.name;
        const name = cloud && typeof said === 'string' ? said.slice('acc-'.length) : said;
        if (name !== null && !people.has(String(name)))
          return [400, { errors: { assignee: 'User cannot be assigned issues.' } }];
        one.assignee = name === null ? null : String(name);
        one.updated = now();
        return [204];
      }
      case 'GET /transitions':
        return [
          200,
          {
            transitions: settings.transitions.map(({ id, name, to, asks }) => ({
              id,
              name,
              isGlobal: false,
              to: { statusCategory: { key: to } },
              fields:
                asks === true ? { resolution: { required: true, hasDefaultValue: false } } : {},
            })),
          },
        ];
      case 'POST /transitions': {
        const id = (body.transition as { id?: string } | undefined)?.id;
        const found = settings.transitions.find((known) => known.id === id);
        if (found === undefined) return [400, { errorMessages: ['Invalid transition'] }];
        one.status = found.to;
        one.updated = now();
        return [204];
      }
      case 'GET /comment': {
        const from = Number(query.get('startAt') ?? 0);
        const shown = one.comments.slice(from, from + Number(query.get('maxResults') ?? 50));
        const expands = query.get('expand') === 'properties';
        return [
          200,
          {
            total: one.comments.length,
            comments: shown.map(
              ({ id, body: text, at, author, properties, visibility, jsdPublic }) => ({
                id,
                body: text,
                author: personOf(author),
                created: new Date(at).toISOString(),
                ...(visibility === undefined ? {} : { visibility }),
                ...(jsdPublic === undefined ? {} : { jsdPublic }),
                ...(expands && properties !== undefined ? { properties } : {}),
              }),
            ),
          },
        ];
      }
      case 'POST /comment':
        if (!isText(body.body)) return wrongText;
        one.comments.push({
          id: String(one.comments.length + 1),
          body: body.body,
          at: now(),
          author: 'ao',
          properties: body.properties,
        });
        return [201, { id: String(one.comments.length) }];
      default:
        violations.push(`Jira has no ${method} /issue/KEY${rest}`);
        return [404, { errorMessages: ['null for uri'] }];
    }
  };

  const answer = (method: string, at: URL, text: string, authorization: string): Answer => {
    const api = cloud ? '/rest/api/3' : '/rest/api/2';
    const path = at.pathname.slice(api.length);
    const fault = faults.findIndex((one) => one.match.test(`${method} ${path}`));
    if (fault !== -1) return faults.splice(fault, 1)[0]?.answer ?? [500];
    const wanted = cloud
      ? `Basic ${Buffer.from('ao@acme.test:jira-test').toString('base64')}`
      : 'Bearer jira-test';
    const known = authorization === wanted && !settings.stranger;
    if (path === '/myself')
      return known
        ? [200, personOf('ao')]
        : [401, { errorMessages: ['Client must be authenticated to access this resource.'] }];
    if (!known) return missing;
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    if (path === '/project/ENG') return [200, { key: 'ENG', name: 'Engineering' }];
    if (method === 'POST' && path === (cloud ? '/search/jql' : '/search')) return search(body);
    if (method === 'POST' && path === '/issue') return make(body);
    if (path === '/user/assignable/search') {
      const wantedName = at.searchParams.get(cloud ? 'query' : 'username') ?? '';
      return [200, [...people].filter((name) => name.startsWith(wantedName)).map(personOf)];
    }
    const [, key = '', rest = ''] = /^\/issue\/([\w-]+)(\/\w+)?$/.exec(path) ?? [];
    if (key === '') violations.push(`Jira has no ${method} ${path}`);
    const one = issues.get(key);
    return one === undefined
      ? missing
      : ofIssue(method, one, rest, { query: at.searchParams, body });
  };

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const at = new URL(request.url ?? '/', 'http://jira.invalid');
      const [status, body, headers] = answer(
        request.method ?? 'GET',
        at,
        Buffer.concat(parts).toString('utf8'),
        request.headers.authorization ?? '',
      );
      log.push(`${request.method} ${at.pathname} ${status}`);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    issues,
    settings,
    violations,
    log,
    now: () => clock,
    fault: (match: RegExp, ...given: Answer) => void faults.push({ match, answer: given }),
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
