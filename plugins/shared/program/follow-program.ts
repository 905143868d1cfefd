import type { Clock } from '../../../src/lib/clock.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { tellFileProblems } from '../file-problems.ts';
import { type Deliveries, openDeliveries } from './deliveries.ts';
import { followEventFile } from './event-file.ts';
import { launchBegan } from './launch.ts';
import { fingerprint } from './message-text.ts';
import {
  condense,
  foldProgramEvent,
  NOTHING_SAID,
  ofFormerLaunch,
  type ProgramState,
  untoldOfFormer,
} from './program-state.ts';
import { parseProgramEvent } from './protocol.ts';

const LOOK_EVERY = 50;

export interface FollowedProgram {
  readonly deliveries: Deliveries;
  readonly closed: boolean;
  /** What it said so far, with what stands in its file at this moment. */
  live(): ProgramState;
  /** Notes a message before it is handed over. */
  note(text: string): void;
  /** The program took this text since it was handed over last; waits up to `ms` for that. */
  takes(text: string, ms: number): Promise<boolean>;
  /** True as soon as `holds` does, looked at after every change of the file; false after `ms`, or when closed. */
  becomes(holds: (state: ProgramState) => boolean, ms: number): Promise<boolean>;
  close(): void;
}

export interface ProgramFiles {
  /** The event file, which all launches of a session share. */
  readonly path: string;
  readonly stateDir: string;
  /** Number of the launch that is followed. What launches before it said of their state is over. */
  readonly launch: number;
}

/**
 * Follows the event file of one program and emits what it says. What it said before is condensed and emitted in a later turn of
 * the event loop, so that the caller has the result in hand by then.
 */
export function followProgram(
  { path, stateDir, launch }: ProgramFiles,
  clock: Clock,
  emit: (event: AgentEvent) => void,
  refine: (event: AgentEvent) => AgentEvent = (event) => event,
): FollowedProgram {
  const tell = tellFileProblems((event) => (missed === null ? emit(event) : missed.push(event)));
  const deliveries = openDeliveries(stateDir, tell);
  let state = NOTHING_SAID;
  /** Null once what was missed is told. */
  let missed: AgentEvent[] | null = [];
  let closed = false;
  const woken = new Set<() => void>();
  const began = launchBegan(stateDir, launch);
  let isFormer = began > 0;

  const take = (line: string, offset: number): void => {
    const event = parseProgramEvent(line);
    if (isFormer && offset > began) leaveFormer();
    if (event === null) return;
    const next = foldProgramEvent(state, {
      event,
      offset,
      now: clock.now(),
      noteOf: deliveries.find,
    });
    state = next.state;
    for (const told of next.events.map(refine)) {
      if (missed !== null) missed.push(told);
      else emit(told);
    }
  };
  const leaveFormer = (): void => {
    isFormer = false;
    state = ofFormerLaunch(state);
    missed = missed?.filter(untoldOfFormer) ?? null;
  };
  const file = followEventFile(
    path,
    clock,
    take,
    () => {
      for (const wake of woken) wake();
    },
    tell,
  );
  file.pump();
  if (isFormer && file.offset() >= began) leaveFormer();
  queueMicrotask(() => {
    const late = condense(missed ?? []);
    missed = null;
    if (!closed) for (const event of late) emit(event);
  });

  const live = (): ProgramState => {
    file.pump();
    return isFormer ? ofFormerLaunch(state) : state;
  };
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        woken.delete(wake);
        resolve();
      };
      const timer = clock.after(LOOK_EVERY, wake);
      woken.add(wake);
    });

  const becomes: FollowedProgram['becomes'] = async (holds, ms) => {
    const until = clock.now() + ms;
    while (!holds(live())) {
      if (closed || clock.now() >= until) return false;
      await change();
    }
    return true;
  };

  return {
    deliveries,
    get closed() {
      return closed;
    },
    live,
    note: (text) => deliveries.note(text, file.offset()),
    async takes(text, ms) {
      const sha256 = fingerprint(text);
      const former = deliveries.find(sha256);
      return (
        former !== null && becomes((now) => (now.accepted.get(sha256) ?? -1) > former.offset, ms)
      );
    },
    becomes,
    close() {
      closed = true;
      file.close();
    },
  };
}
