import { rejected, transient } from '../../../src/slots/errors.ts';
import type { TrackerPlugin } from '../../../src/slots/tracker.ts';
import { saidBy, statusOf } from '../../shared/forge-http/failure.ts';
import type { Call } from '../../shared/forge-http/http.ts';
import { about, nameOf, type Room } from './room.ts';
import {
  type Person,
  peopleSchema,
  type RawIssue,
  type Transition,
  transitionsSchema,
} from './schema.ts';

type Change = Parameters<TrackerPlugin['update']>[1];

/** Which kind of status is wanted, best first: names are translated, kinds aren't. */
const WANTED = { closed: ['done'], open: ['new', 'undefined', 'indeterminate'] } as const;

export async function update(room: Room, issue: RawIssue, change: Change): Promise<void> {
  await changeLabels(room, issue, change);
  await assign(room, issue, change.assignee);
  if (change.state !== undefined) await move(room, issue, change.state);
}

async function changeLabels(
  room: Room,
  { key, fields }: RawIssue,
  { addLabels = [], removeLabels = [] }: Change,
): Promise<void> {
  const has = fields.labels ?? [];
  const labels = [
    ...addLabels.filter((label) => !has.includes(label)).map((label) => ({ add: plain(label) })),
    ...removeLabels.filter((label) => has.includes(label)).map((label) => ({ remove: label })),
  ];
  if (labels.length === 0) return;
  const body = { update: { labels } };
  await room.client.http.send(about(room, key, { purpose: 'write', method: 'PUT', body }));
}

function plain(label: string): string {
  if (/^\S+$/.test(label)) return label;
  throw rejected(
    'AO_TRACKER_LABEL',
    `Jira takes no label "${label.slice(0, 50)}": it can't have blanks. Name another one in ao.yaml.`,
  );
}

async function assign(
  room: Room,
  issue: RawIssue,
  wanted: string | null | undefined,
): Promise<void> {
  const { client } = room;
  const now = nameOf(issue.fields.assignee);
  if (wanted === undefined || wanted === now) return;
  const person =
    wanted === null ? null : wanted === '@me' ? await client.me() : await find(room, issue, wanted);
  if (person !== null && nameOf(person) === now) return;
  const body = client.cloud
    ? { accountId: person?.accountId ?? null }
    : { name: person?.name ?? null };
  const call = about(room, issue.key, { purpose: 'write', method: 'PUT', path: '/assignee', body });
  await client.http.send(call).catch((error: unknown) => {
    if (statusOf(error) !== 400) throw error;
    throw notAssignable(issue.key, wanted ?? '', saidBy(error));
  });
}

const notAssignable = (key: string, name: string, said: string) =>
  rejected(
    'AO_JIRA_NOT_ASSIGNABLE',
    `Jira gave ${key} to nobody: ${name} can't have it${said === '' ? '' : ` (${said})`}. Name somebody who can be assigned in tracker.assign.`,
  );

/** Cloud looks people up by what they are shown as or by their address, and tells no more of them than an id. */
async function find(room: Room, issue: RawIssue, wanted: string): Promise<Person> {
  const { client } = room;
  const call: Call = {
    purpose: 'tracker',
    what: `user ${wanted}`,
    path: `${client.api}/user/assignable/search`,
    query: { issueKey: issue.key, [client.cloud ? 'query' : 'username']: wanted },
  };
  const people = await client.json(call, peopleSchema);
  const same = (text: string | null | undefined): boolean =>
    text != null && text.toLowerCase() === wanted.toLowerCase();
  const fitting = people.filter(
    (one) =>
      same(one.name) || same(one.displayName) || same(one.emailAddress) || one.accountId === wanted,
  );
  const [person] = fitting;
  if (person !== undefined && fitting.length === 1) return person;
  throw notAssignable(
    issue.key,
    wanted,
    fitting.length === 0 ? '' : 'several people are called so',
  );
}

async function move(room: Room, issue: RawIssue, wanted: 'open' | 'closed'): Promise<void> {
  if ((issue.fields.status.statusCategory.key === 'done') === (wanted === 'closed')) return;
  const { client } = room;
  const query = { expand: 'transitions.fields' };
  const ask = about(room, issue.key, { path: '/transitions', query });
  const { transitions } = await client.json(ask, transitionsSchema);
  const chosen = choose(transitions, WANTED[wanted]);
  if (chosen === null) {
    const names = transitions.map(({ name }) => name).join(', ');
    throw rejected(
      'AO_JIRA_NO_TRANSITION',
      `From its present status ${issue.key} can't be ${wanted === 'closed' ? 'closed' : 'opened again'} by ao: ${names === '' ? 'nothing is possible' : `possible is ${names}, which leads elsewhere or asks for fields`}. Do it in Jira.`,
    );
  }
  const body = { transition: { id: chosen.id } };
  const call = about(room, issue.key, {
    purpose: 'write',
    method: 'POST',
    path: '/transitions',
    body,
  });
  await client.http.send(call).catch((error: unknown) => {
    if (statusOf(error) !== 409) throw error;
    throw transient(
      'AO_JIRA_BUSY',
      `Somebody moves ${issue.key} in this moment; it is tried again.`,
      {
        cause: error,
        retryAfter: 2_000,
      },
    );
  });
}

const asks = ({ fields }: Transition): boolean =>
  Object.values(fields ?? {}).some((field) => field.required && field.hasDefaultValue !== true);

function choose(transitions: readonly Transition[], kinds: readonly string[]): Transition | null {
  const free = transitions.filter((one) => !asks(one));
  for (const kind of kinds) {
    const fitting = free.filter((one) => one.to.statusCategory.key === kind);
    const best = fitting.find((one) => one.isGlobal === true) ?? fitting[0];
    if (best !== undefined) return best;
  }
  return null;
}
