import { notFound, rejected } from '../../../src/slots/errors.ts';
import type { TrackerPlugin } from '../../../src/slots/tracker.ts';
import type { LinearClient } from './client.ts';
import {
  LABELS,
  labelsSchema,
  MAKE_LABEL,
  madeLabelSchema,
  type RawIssue,
  TEAM,
  type Team,
  teamSchema,
  USERS,
  usersSchema,
} from './queries.ts';

export type Change = Parameters<TrackerPlugin['update']>[1];
interface Room {
  readonly client: LinearClient;
}

export const CLOSED: ReadonlySet<string> = new Set(['completed', 'canceled', 'duplicate']);
/** Which state an issue gets, best first: names differ by team, kinds don't. */
const WANTED = {
  closed: ['completed'],
  open: ['unstarted', 'backlog', 'triage', 'started'],
} as const;

/** What Linear takes for a change; empty: it is so already. */
export const inputOf = async (room: Room, issue: RawIssue, change: Change): Promise<object> => ({
  ...(await stateChange(room, issue, change.state)),
  ...(await labelChange(room, issue, change)),
  ...(await assigneeChange(room, issue, change.assignee)),
});

/** The team, and who ao is. */
export async function teamOf({ client }: Room, key: string) {
  const asked = { purpose: 'tracker', what: `team ${key}`, query: TEAM } as const;
  const { teams, viewer } = await client.ask(asked, { key }, teamSchema);
  const [team] = teams.nodes;
  if (team !== undefined) return { team, viewer };
  throw notFound(
    'AO_LINEAR_NO_TEAM',
    `Linear knows no team ${key}, or ao's key may not see it. Put tracker.team right in ao.yaml.`,
  );
}

async function stateChange(
  room: Room,
  issue: RawIssue,
  wanted: 'open' | 'closed' | undefined,
): Promise<{ readonly stateId?: string }> {
  if (wanted === undefined || CLOSED.has(issue.state.type) === (wanted === 'closed')) return {};
  const { team } = await teamOf(room, issue.team.key);
  const state = stateFor(team, WANTED[wanted]);
  if (state !== null) return { stateId: state };
  throw rejected(
    'AO_LINEAR_NO_STATE',
    `The team ${team.key} has no state for issues that are ${wanted}. Add one in Linear (Settings > Teams > Workflow).`,
  );
}

function stateFor(team: Team, kinds: readonly string[]): string | null {
  for (const kind of kinds) {
    const states = team.states.nodes.filter(({ type }) => type === kind);
    const [first] = states.toSorted((a, b) => a.position - b.position);
    if (first !== undefined) return first.id;
  }
  return null;
}

async function labelChange(
  room: Room,
  issue: RawIssue,
  { addLabels = [], removeLabels = [] }: Change,
): Promise<{
  readonly addedLabelIds?: readonly string[];
  readonly removedLabelIds?: readonly string[];
}> {
  const has = new Map(issue.labels.nodes.map(({ id, name }) => [name, id]));
  const add = addLabels.filter((name) => !has.has(name));
  const removed = removeLabels.flatMap((name) => has.get(name) ?? []);
  return {
    ...(add.length === 0 ? {} : { addedLabelIds: await labelIds(room, issue.team.id, add) }),
    ...(removed.length === 0 ? {} : { removedLabelIds: removed }),
  };
}

/** Of the team or of the whole workspace; one that isn't there is made for the team. */
export async function labelIds(
  { client }: Room,
  team: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const asked = { purpose: 'tracker', what: 'labels', query: LABELS } as const;
  const { issueLabels } = await client.ask(asked, { names }, labelsSchema);
  const ids: string[] = [];
  for (const name of names) {
    const fitting = issueLabels.nodes.filter((one) => one.name === name);
    const known =
      fitting.find((one) => one.team?.id === team) ?? fitting.find((one) => one.team == null);
    if (known !== undefined) ids.push(known.id);
    else {
      const make = { purpose: 'write', what: `label ${name}`, query: MAKE_LABEL } as const;
      const made = await client.ask(make, { input: { name, teamId: team } }, madeLabelSchema);
      ids.push(made.issueLabelCreate.issueLabel.id);
    }
  }
  return ids;
}

async function assigneeChange(
  room: Room,
  issue: RawIssue,
  wanted: string | null | undefined,
): Promise<{ readonly assigneeId?: string | null; readonly delegateId?: string }> {
  if (wanted === undefined || wanted === (issue.assignee?.displayName ?? null)) return {};
  if (wanted === null) return { assigneeId: null };
  if (wanted === '@me') {
    const { viewer } = await teamOf(room, issue.team.key);
    // An app can't have an issue, only be its delegate.
    if (viewer.app === true) return { delegateId: viewer.id };
    return issue.assignee?.id === viewer.id ? {} : { assigneeId: viewer.id };
  }
  const asked = { purpose: 'tracker', what: `user ${wanted}`, query: USERS } as const;
  const { users } = await room.client.ask(asked, { login: wanted }, usersSchema);
  const [user] = users.nodes;
  if (user !== undefined) return issue.assignee?.id === user.id ? {} : { assigneeId: user.id };
  throw rejected(
    'AO_LINEAR_NOT_ASSIGNABLE',
    `Linear knows nobody called ${wanted}. Name somebody by display name or address in tracker.assign.`,
  );
}
