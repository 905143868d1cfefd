import { z } from 'zod';
import { rejected } from '../../../src/slots/errors.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import { marked, marker } from '../../shared/forge/marker.ts';
import type { GitLabClient } from '../../shared/gitlab/client.ts';
import { REREVIEW } from './queries.ts';
import type { Reader } from './reader.ts';
import type { Core, Note } from './schema.ts';

/** What is written to a merge request for people to read. Each may be repeated. */
export interface Conversation {
  comment(number: number, input: Parameters<ScmPlugin['comment']>[1]): Promise<void>;
  resolveThread(number: number, thread: string): Promise<void>;
  /** Requests the reviews anew and says in a comment what changed since. */
  askAgain(core: Core, input: AgainInput): Promise<void>;
}
type AgainInput = Parameters<NonNullable<ScmPlugin['askAgain']>>[1];

interface Parts {
  readonly client: GitLabClient;
  readonly reader: Reader;
}

/** Longest note that GitLab takes, characters. */
const MAX_NOTE = 1_000_000;
const errorsSchema = z.record(z.string(), z.object({ errors: z.array(z.string()) }).nullable());
const usersSchema = z.array(z.object({ id: z.number() }));

export const createConversation = (parts: Parts): Conversation => ({
  async comment(number, { body, key, inReplyTo }) {
    const notes = await notesOf(parts, number);
    if (notes.some((note) => note.body.includes(marker(key)))) return;
    const answered = notes.find(
      ({ id, discussion }) =>
        discussion?.resolvable === true && (id === inReplyTo || discussion.id === inReplyTo),
    );
    await say(parts, number, { body, key, thread: answered?.discussion?.id ?? null });
  },
  async resolveThread(number, thread) {
    const { client } = parts;
    const path = `/merge_requests/${number}/discussions/${encodeURIComponent(thread)}`;
    const query = { resolved: true };
    const what = 'a review thread';
    await client.http.send(await client.at({ purpose: 'write', what, method: 'PUT', path, query }));
  },
  async askAgain(core, { reviewers, from, sha }) {
    const number = core.iid;
    const key = `again-${number}-${sha}`;
    const written = (await notesOf(parts, number)).some((note) => note.body.includes(marker(key)));
    if (reviewers.length === 0 || written) return;
    for (const login of reviewers) await request(parts.client, number, login);
    const link =
      core.webUrl == null ? '' : ` ([what changed](${core.webUrl}/diffs?start_sha=${from}))`;
    const who = reviewers.map((login) => `@${login}`).join(', ');
    const body = `${who}: the changes you asked for are answered, ${from.slice(0, 7)} is ${sha.slice(0, 7)} now${link}. Please look again.`;
    await say(parts, number, { body, key, thread: null });
  },
});

const notesOf = async ({ reader }: Parts, number: number): Promise<readonly Note[]> =>
  (await reader.read({ talk: [number] }, 'write')).talk[0]?.notes.nodes ?? [];

async function say(
  { client }: Parts,
  number: number,
  said: { readonly body: string; readonly key: string; readonly thread: string | null },
): Promise<void> {
  const { body, key, thread } = said;
  const below = thread === null ? '/notes' : `/discussions/${encodeURIComponent(thread)}/notes`;
  await client.http.send(
    await client.at({
      purpose: 'write',
      what: `a comment on !${number}`,
      method: 'POST',
      path: `/merge_requests/${number}${below}`,
      body: { body: marked(body, key, MAX_NOTE) },
    }),
  );
}

/** Who is gone can't be asked; the comment still says so. */
async function request(client: GitLabClient, number: number, login: string): Promise<void> {
  const [user] = await client.http.json(
    { purpose: 'write', what: `user ${login}`, path: '/v4/users', query: { username: login } },
    usersSchema,
  );
  if (user === undefined) return;
  const variables = { iid: String(number), user: `gid://gitlab/User/${user.id}` };
  await mutate(client, { what: `the review of ${login}`, query: REREVIEW }, variables);
}

/** A change by GraphQL: its own errors come in the payload. */
export async function mutate(
  client: GitLabClient,
  { what, query }: { readonly what: string; readonly query: string },
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { path } = await client.project();
  const asked = { purpose: 'write', what, query } as const;
  const answer = await client.graphql(asked, { project: path, ...variables }, errorsSchema);
  const errors = Object.values(answer).flatMap((part) => part?.errors ?? []);
  if (errors.length > 0)
    throw rejected('AO_GITLAB_REFUSED', `GitLab refused ${what}: ${errors.join('; ')}`);
}
