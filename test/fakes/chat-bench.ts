import type { Draft, InboundDeps } from '../../src/chat/answers/inbound-deps.ts';
import { createInbound } from '../../src/chat/inbound/inbound.ts';
import { type Actor, subject } from '../../src/domain/session/ids.ts';
import { err, ok } from '../../src/lib/result.ts';
import type { Inbound, ThreadMessage } from '../../src/slots/chat.ts';
import { transient } from '../../src/slots/errors.ts';
import { type FakeCommands, fakeCommands } from './fake-commands.ts';
import { NOW } from './views.ts';

export interface ChatBench {
  readonly fake: FakeCommands;
  readonly inbound: Inbound;
  readonly receipts: unknown[];
  readonly drafts: Map<string, Draft>;
  listens: 'all' | 'mentions';
  heard: string | null;
  /** What was said in every thread. */
  said: readonly ThreadMessage[];
  /** Why no thread can be read. */
  unreadable: string | null;
  /** Everybody known on the platform. */
  people: readonly Actor[];
  denied: boolean;
  /** Verbs that are refused. */
  readonly denies: Set<string>;
  /** Rows of the audit log. */
  readonly audited: readonly unknown[];
}

const lee: Actor = { subject: subject('web:lee'), name: 'lee', via: 'web' };

/** Inbound chat on scripted commands; thread `t7` is that of app-7. */
export function chatBench(over: Parameters<typeof fakeCommands>[0] = {}): ChatBench {
  const fake = fakeCommands(over);
  const receipts: unknown[] = [];
  const drafts = new Map<string, Draft>();
  const made = {
    fake,
    receipts,
    drafts,
    denied: false,
    denies: new Set<string>(),
    audited: [] as unknown[],
    people: [] as readonly Actor[],
    listens: 'all' as 'all' | 'mentions',
    heard: null as string | null,
    said: [] as readonly ThreadMessage[],
    unreadable: null as string | null,
  };
  const deps: InboundDeps = {
    commands: {
      ...fake.commands,
      may: () =>
        made.denied
          ? err({
              code: 'AO_ACCESS_DENIED',
              message: 'You may not look: ask an admin for the role "viewer".',
            })
          : ok(null),
    },
    now: () => NOW,
    access: {
      seen: () => {},
      may: (_actor, verb) =>
        made.denies.has(verb)
          ? { code: 'AO_ACCESS_DENIED', message: `You may not ${verb}.` }
          : null,
    },
    chart: async () => null,
    audit: ({ action, session, detail, refused }) =>
      void made.audited.push([action, session, refused ?? detail]),
    threads: {
      sessionOf: ({ thread }) => (thread === 't7' ? 'app-7' : null),
      link: (_platform, session) => `https://chat.test/${session}`,
      listens: () => made.listens,
      heard: () => made.heard,
      setHeard: (_where, message) => {
        made.heard = message;
      },
      read: async ({ thread }, { after }) => {
        if (made.unreadable !== null) throw transient('AO_TEST', made.unreadable);
        return made.said.filter(
          (each) => thread !== 't7' || after === null || Number(each.id) > Number(after),
        );
      },
    },
    steers: {
      bySource: ({ message }) => (message === 'm1' ? { session: 'app-7', steer: 's1' } : null),
    },
    receipts: { set: (source, emoji) => void receipts.push([source.message, emoji]) },
    drafts: {
      keep: (draft) => {
        drafts.set(`d${drafts.size + 1}`, draft);
        return `d${drafts.size}`;
      },
      find: (id) => drafts.get(id) ?? null,
    },
    files: {
      save: async (_platform, session, files) =>
        ok({
          paths: files
            .filter((file) => file.ref !== 'gone')
            .map((file) => `/inbox/${session}/${file.name}`),
          missing: files
            .filter((file) => file.ref === 'gone')
            .map((file) => `The file ${file.name} could not be read: it is gone.`),
        }),
    },
    people: {
      find: (_platform, mention) => (mention === '@lee' ? lee : null),
      known: () => made.people,
    },
    links: () => ({ terminal: () => null }),
  };
  return Object.assign(made, { inbound: createInbound(deps) });
}
