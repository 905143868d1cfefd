/**
 * The tables. Times are integers in ms UTC. JSON columns hold domain values as they are; each store parses what it reads.
 * Migrations in migrations/ are made from this file by drizzle-kit and only ever added to.
 */
import { isNull, type SQL, sql } from 'drizzle-orm';
import {
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

export { webMessages } from './web-messages.ts';

/** A value inside the JSON column `data`, as a column that can have an index and takes no room in the row. */
const ofData = (path: string) =>
  text().generatedAlwaysAs((): SQL => sql.raw(`json_extract(data, '${path}')`), {
    mode: 'virtual',
  });

/** Order of insertion, where it is asked for; an update keeps a row's place. */
export const INSERTED: SQL = sql`rowid`;

/** One row: the global sequence that events, session versions and web messages share. */
export const sequence = sqliteTable('sequence', {
  id: integer('id').primaryKey(),
  value: integer('value').notNull(),
});

/** Last number given to a session of a prefix; never reused. */
export const counters = sqliteTable('counters', {
  prefix: text('prefix').primaryKey(),
  value: integer('value').notNull(),
});

export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    project: text('project').notNull(),
    stage: text('stage').notNull(),
    /** Issue id, for the duplicate guard. */
    issue: text('issue'),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
    /** Global sequence of the last change. */
    version: integer('version').notNull(),
    data: text('data').notNull(),
    // What lists of ended sessions are filtered by; read from `data` by SQLite, so they can't differ from it.
    branch: ofData('$.branch'),
    owner: ofData('$.owner.subject'),
    parent: ofData('$.parent'),
    role: ofData('$.role'),
    /** Why it ended, null while it lives. */
    cause: ofData('$.ended.cause'),
    /** `removing` while its worktree is removed. */
    worktree: ofData('$.workspace.state'),
    /** Where it lives. */
    runtime: ofData('$.place.runtime'),
    workspace: ofData('$.place.workspace'),
    place: ofData('$.place.at'),
    /** When it was let in last. */
    admittedAt: integer('admitted_at').generatedAlwaysAs(
      (): SQL => sql`json_extract(data, '$.admittedAt')`,
      { mode: 'virtual' },
    ),
  },
  (table) => [
    index('sessions_project').on(table.project, table.stage),
    index('sessions_version').on(table.version),
    index('sessions_issue').on(table.project, table.issue),
    index('sessions_any_issue').on(table.issue),
    index('sessions_cause').on(table.cause, table.endedAt),
    index('sessions_removing').on(table.worktree, table.endedAt),
    index('sessions_ended').on(table.endedAt),
    index('sessions_project_ended').on(table.project, table.endedAt),
    index('sessions_branch').on(table.project, table.branch),
    index('sessions_created').on(table.createdAt),
    index('sessions_owner').on(table.owner, table.endedAt),
    index('sessions_parent').on(table.parent),
    index('sessions_runtime').on(table.runtime, table.endedAt),
    index('sessions_workspace').on(table.project, table.workspace),
    index('sessions_admitted').on(table.admittedAt),
    index('sessions_project_admitted').on(table.project, table.admittedAt),
  ],
);

/**
 * What a session that is over is searched by: id, branch, titles, each on a line. `session_search` (an index of trigrams, made by hand in
 * the migration because drizzle knows no virtual tables) follows it by triggers.
 */
export const sessionWords = sqliteTable('session_words', {
  /** Stays what it is when the file is written anew, as the index needs it. */
  id: integer('id').primaryKey({ autoIncrement: true }),
  session: text('session')
    .notNull()
    .unique()
    .references(() => sessions.id, { onDelete: 'cascade' }),
  words: text('words').notNull(),
});

/** Latest fact per session and kind. */
export const facts = sqliteTable(
  'facts',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    at: integer('at').notNull(),
    data: text('data').notNull(),
  },
  (table) => [primaryKey({ columns: [table.session, table.kind] })],
);

export const pullRequests = sqliteTable(
  'pull_requests',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    number: integer('number').notNull(),
    state: text('state').notNull(),
    headSha: text('head_sha').notNull(),
    at: integer('at').notNull(),
    data: text('data').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.session, table.key] }),
    index('pull_requests_key').on(table.key),
    index('pull_requests_number').on(table.number),
  ],
);

/** Append-only. Timeline, SSE and digest read it. Survives its session. */
export const events = sqliteTable(
  'events',
  {
    seq: integer('seq').primaryKey(),
    session: text('session'),
    project: text('project'),
    at: integer('at').notNull(),
    type: text('type').notNull(),
    data: text('data').notNull(),
    /** The line people read, composed when it happened. */
    text: text('text').notNull(),
  },
  (table) => [
    index('events_session').on(table.session, table.seq),
    index('events_type').on(table.type, table.at),
  ],
);

export const episodes = sqliteTable(
  'episodes',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    open: integer('open').notNull(),
    data: text('data').notNull(),
  },
  (table) => [primaryKey({ columns: [table.session, table.key] })],
);

export const timers = sqliteTable(
  'timers',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    key: text('key').notNull(),
    dueAt: integer('due_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.session, table.kind, table.key] }),
    index('timers_due').on(table.dueAt),
  ],
);

/** What must be done to the world. `key` is unique: the same effect is never there twice. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    key: text('key').notNull(),
    lane: text('lane').notNull(),
    session: text('session'),
    type: text('type').notNull(),
    payload: text('payload').notNull(),
    /** pending, running, done, failed, cancelled */
    state: text('state').notNull(),
    attempts: integer('attempts').notNull(),
    /** The process died while it ran: it may have happened. */
    inDoubt: integer('in_doubt').notNull(),
    /** Asked for again while it ran; only for coalesced jobs. */
    again: integer('again').notNull(),
    nextAt: integer('next_at').notNull(),
    createdAt: integer('created_at').notNull(),
    finishedAt: integer('finished_at'),
    result: text('result'),
    error: text('error'),
  },
  (table) => [
    uniqueIndex('outbox_key').on(table.key),
    index('outbox_state').on(table.state, table.nextAt),
    index('outbox_session').on(table.session, table.state),
    index('outbox_finished').on(table.finishedAt),
  ],
);

/** What chat platforms delivered, as it came: kept before it is acknowledged, until its consequence is committed. */
export const inbox = sqliteTable(
  'inbox',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    platform: text('platform').notNull(),
    delivery: text('delivery').notNull(),
    /** Deliveries of a lane are dealt with in order. */
    lane: text('lane').notNull(),
    body: text('body').notNull(),
    at: integer('at').notNull(),
    /** Then the body is emptied; the id is kept for 7 days. */
    doneAt: integer('done_at'),
  },
  (table) => [
    uniqueIndex('inbox_delivery').on(table.platform, table.delivery),
    index('inbox_waiting').on(table.doneAt, table.platform),
  ],
);

/** Deliveries whose consequence is committed, kept 7 days. */
export const inbound = sqliteTable(
  'inbound',
  {
    platform: text('platform').notNull(),
    delivery: text('delivery').notNull(),
    at: integer('at').notNull(),
    /** What was answered; given again to a redelivery. */
    reply: text('reply'),
  },
  (table) => [
    primaryKey({ columns: [table.platform, table.delivery] }),
    index('inbound_at').on(table.at),
  ],
);

export const threads = sqliteTable(
  'threads',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    platform: text('platform').notNull(),
    channel: text('channel').notNull(),
    /** Null until the thread was opened. */
    thread: text('thread'),
    root: text('root'),
    cardHash: text('card_hash'),
  },
  (table) => [
    primaryKey({ columns: [table.session, table.platform] }),
    index('threads_thread').on(table.platform, table.channel, table.thread),
  ],
);

export const steers = sqliteTable(
  'steers',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    id: text('id').notNull(),
    state: text('state').notNull(),
    createdAt: integer('created_at').notNull(),
    data: text('data').notNull(),
    /** Id of the chat message it came from. */
    source: ofData('$.source.message'),
  },
  (table) => [
    primaryKey({ columns: [table.session, table.id] }),
    index('steers_source').on(table.source),
  ],
);

export const requests = sqliteTable(
  'requests',
  {
    session: text('session')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    id: text('id').notNull(),
    open: integer('open').notNull(),
    data: text('data').notNull(),
  },
  (table) => [primaryKey({ columns: [table.session, table.id] })],
);

/** The ledger: no foreign key, it survives the session. A day holds what was added on it. */
export const usage = sqliteTable(
  'usage',
  {
    session: text('session').notNull(),
    /** In the configured time zone. */
    day: text('day').notNull(),
    model: text('model').notNull(),
    agent: text('agent').notNull(),
    project: text('project').notNull(),
    issue: text('issue'),
    /** Key of the pull request. */
    pr: text('pr'),
    starter: text('starter').notNull(),
    /** What people called the starter then. */
    starterName: text('starter_name'),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    /** Of the tokens, those whose price is not known. */
    unpricedTokens: integer('unpriced_tokens').notNull().default(0),
    /** Of the others; null: no price is known at all. */
    usd: real('usd'),
  },
  (table) => [
    primaryKey({ columns: [table.session, table.day, table.model, table.agent] }),
    index('usage_day').on(table.day),
    index('usage_unpriced').on(table.unpricedTokens).where(isNull(table.usd)),
  ],
);

/** Which login at which forge a person of a chat has. */
export const identities = sqliteTable(
  'identities',
  {
    subject: text('subject').notNull(),
    /** The plugin, and the host where it is not the usual one. */
    forge: text('forge').notNull(),
    login: text('login').notNull(),
    at: integer('at').notNull(),
    /** comment, admin */
    proof: text('proof').notNull(),
  },
  (table) => [primaryKey({ columns: [table.subject, table.forge] })],
);

/** Hash chain: `hash` = sha256 of the row before and this one. */
export const audit = sqliteTable('audit', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  at: integer('at').notNull(),
  subject: text('subject').notNull(),
  via: text('via').notNull(),
  action: text('action').notNull(),
  session: text('session'),
  detail: text('detail').notNull(),
  allowed: integer('allowed').notNull(),
  hash: text('hash').notNull(),
});

export const kv = sqliteTable(
  'kv',
  {
    namespace: text('namespace').notNull(),
    key: text('key').notNull(),
    value: text('value').notNull(),
  },
  (table) => [primaryKey({ columns: [table.namespace, table.key] })],
);
