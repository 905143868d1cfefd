import type { ActivityFact, ModelUsage } from '../../src/domain/session/facts.ts';
import type { AgentRequest } from '../../src/domain/session/session.ts';
import type { AgentEvent, AgentPlugin, AgentSessionInfo } from '../../src/slots/agent.ts';
import { rejected } from '../../src/slots/errors.ts';

/** What happens in the fake program of one session. It outlives every watch, like a real program outlives the bot. */
export interface FakeProgram {
  readonly received: string[];
  readonly answers: Array<{
    readonly request: string;
    readonly option: string | null;
    readonly text: string | null;
  }>;
  interrupts: number;
  /** The next delivery is typed, but no acceptance follows. */
  loseNext: boolean;
  become(state: ActivityFact['state'], detail?: string | null, resetAt?: number | null): void;
  /** Ends the turn, with its last message. */
  finish(message?: string): void;
  ask(request: Partial<AgentRequest> & Pick<AgentRequest, 'id'>): void;
  use(models: readonly ModelUsage[]): void;
  tool(summary: string): void;
}

/** An agent in memory. A launch whose prompt is in argv is taken up when it is watched. */
export interface FakeAgent extends AgentPlugin {
  /** By session id; made at first use. */
  program(session: string): FakeProgram;
  /** Called with each message a program takes, e.g. to script what it does. Without it the turn ends at once. */
  onMessage: ((session: string, text: string, program: FakeProgram) => void) | null;
  installed: boolean;
}

interface Live extends FakeProgram {
  readonly id: string;
  fact: ActivityFact | null;
  lastMessage: string | null;
  request: AgentRequest | null;
  accepted: string[];
  watchers: Set<(event: AgentEvent) => void>;
  models: readonly ModelUsage[];
  take(text: string): void;
}

export function createFakeAgent(now: () => number = Date.now): FakeAgent {
  const programs = new Map<string, Live>();
  const prompts = new Map<string, string>();
  const live = (id: string): Live => {
    const known =
      programs.get(id) ??
      createProgram(id, now, (text, program) =>
        fake.onMessage === null
          ? program.finish(`Did: ${text.slice(0, 40)}`)
          : fake.onMessage(id, text, program),
      );
    programs.set(id, known);
    return known;
  };
  const fake: FakeAgent = {
    onMessage: null,
    installed: true,
    program: live,
    permissionModes: ['default', 'permissionless'],
    acceptsWhileBusy: false,
    models: async () => ['fake'],
    detect: async () => ({
      found: fake.installed,
      path: fake.installed ? '/bin/cat' : null,
      version: fake.installed ? '1.0.0' : null,
      findings: [],
    }),
    async plan(session: AgentSessionInfo, { prompt, resume }) {
      if (prompt !== null) prompts.set(session.id, prompt);
      // A real process that stays: the runtime under test needs one.
      return {
        argv: ['/bin/cat'],
        env: session.env,
        files: {},
        promptIncluded: prompt !== null,
        agentSession: resume ? session.agentSession : `fake-${session.id}`,
      };
    },
    watch(session, _terminal, emit) {
      const program = live(session.id);
      let open = true;
      const tell = (event: AgentEvent): void => {
        if (open) emit(event);
      };
      queueMicrotask(() => {
        for (const event of missed(program, now)) tell(event);
        program.watchers.add(tell);
        const prompt = prompts.get(session.id);
        prompts.delete(session.id);
        if (prompt !== undefined) program.take(prompt);
        else if (program.fact === null) program.become('ready');
      });
      return {
        async deliver(text, { inDoubt }) {
          if (inDoubt && program.received.at(-1) === text.trim())
            return { type: 'typed', accepted: program.accepted.includes(text.trim()) };
          if (program.request !== null)
            return { type: 'deferred', reason: 'the agent waits for an answer' };
          if (program.fact?.state !== 'ready' && program.fact?.state !== 'idle')
            return { type: 'deferred', reason: 'the agent is in the middle of a turn' };
          program.take(text);
          return { type: 'typed', accepted: false };
        },
        async interrupt() {
          program.interrupts += 1;
          if (program.fact?.state === 'active') program.finish('Interrupted.');
        },
        async answer(id, { option, text }) {
          if (program.request?.id !== id)
            throw rejected('AO_AGENT_REQUEST_CLOSED', 'The question is no longer open.');
          program.answers.push({ request: id, option, text });
          program.request = null;
          for (const watcher of program.watchers)
            watcher({ type: 'request_closed', request: id, answer: option ?? text });
          program.finish();
        },
        hook: async () => ({}),
        close() {
          open = false;
          program.watchers.delete(tell);
        },
      };
    },
  };
  return fake;
}

function missed(program: Live, now: () => number): AgentEvent[] {
  return [
    ...program.accepted.map((text): AgentEvent => ({ type: 'prompt_accepted', text, at: now() })),
    ...(program.models.length === 0 ? [] : [{ type: 'usage', models: program.models } as const]),
    ...(program.request === null
      ? []
      : [{ type: 'request_opened', request: program.request } as const]),
    ...(program.fact === null
      ? []
      : [{ type: 'activity', fact: program.fact, lastMessage: program.lastMessage } as const]),
  ];
}

function createProgram(
  id: string,
  now: () => number,
  act: (text: string, program: FakeProgram) => void,
): Live {
  const watchers = new Set<(event: AgentEvent) => void>();
  const tell = (event: AgentEvent): void => {
    for (const watcher of watchers) watcher(event);
  };
  const program: Live = {
    id,
    watchers,
    received: [],
    answers: [],
    interrupts: 0,
    loseNext: false,
    fact: null,
    lastMessage: null,
    request: null,
    accepted: [],
    models: [],
    become(state, detail = null, resetAt = null) {
      program.fact = {
        state,
        source: 'protocol',
        detail,
        resetAt,
        since: program.fact?.state === state ? program.fact.since : now(),
        at: now(),
      };
      program.lastMessage = state === 'ready' ? program.lastMessage : null;
      tell({ type: 'activity', fact: program.fact, lastMessage: program.lastMessage });
    },
    finish(message) {
      program.lastMessage = message ?? null;
      program.become('ready');
    },
    ask(request) {
      program.request = {
        kind: 'question',
        title: 'Which one?',
        text: '',
        options: [],
        freeText: true,
        askedAt: now(),
        answer: null,
        ...request,
      };
      tell({ type: 'request_opened', request: program.request });
      program.become('waiting_input');
    },
    use(models) {
      program.models = models;
      tell({ type: 'usage', models });
    },
    tool: (summary) => tell({ type: 'tool', summary }),
    take(text) {
      program.received.push(text.trim());
      if (program.loseNext) {
        program.loseNext = false;
        return;
      }
      program.accepted.push(text.trim());
      tell({ type: 'prompt_accepted', text, at: now() });
      program.become('active');
      act(text.trim(), program);
    },
  };
  return program;
}
