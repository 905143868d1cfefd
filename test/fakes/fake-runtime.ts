import { existsSync } from 'node:fs';
import { notFound, rejected, transient } from '../../src/slots/errors.ts';
import type { RuntimePlugin, RuntimeSpec } from '../../src/slots/runtime.ts';

interface FakeProcess {
  readonly id: string;
  readonly handle: string;
  readonly pid: number;
  readonly spec: RuntimeSpec;
  readonly screen: string[];
  line: string;
  state: 'alive' | 'exited';
  exitCode: number | null;
}

export interface FakeRuntime extends RuntimePlugin {
  /** Everything submitted, in order. */
  readonly submitted: ReadonlyArray<{ readonly id: string; readonly text: string }>;
  readonly created: readonly RuntimeSpec[];
  /** The process of `id` ends; `push: false`: only `observe` shows it. */
  exit(id: string, exitCode: number | null, options?: { push: boolean }): void;
  /** It is not there any more, as after a reboot. */
  vanish(id: string): void;
  /** While set, every call fails as transient. */
  unreachable: boolean;
  print(id: string, text: string): void;
}

/** Programs by their first words: `fake exit <n>`, `fake echo`; anything else stays. */
export function fakeRuntime(now: () => number = () => Date.now()): FakeRuntime {
  const processes = new Map<string, FakeProcess>();
  const listeners = new Set<(id: string, handle: string, exitCode: number | null) => void>();
  const submitted: Array<{ id: string; text: string }> = [];
  const created: RuntimeSpec[] = [];
  let started = false;
  let serial = 0;

  const reach = (): void => {
    if (!started || fake.unreachable)
      throw transient('AO_FAKE_UNREACHABLE', 'The fake runtime is unreachable.');
  };
  const byHandle = (handle: string): FakeProcess => {
    reach();
    const found = [...processes.values()].find((process) => process.handle === handle);
    if (!found) throw notFound('AO_FAKE_GONE', `${handle} is gone.`);
    return found;
  };
  const typable = (handle: string): FakeProcess => {
    const process = byHandle(handle);
    if (process.state === 'exited') throw rejected('AO_FAKE_EXITED', `${process.id} has exited.`);
    return process;
  };
  const byId = (id: string): FakeProcess => {
    const process = processes.get(id);
    if (!process) throw new Error(`the fake runtime has no ${id}`);
    return process;
  };
  const enter = (process: FakeProcess): void => {
    submitted.push({ id: process.id, text: process.line });
    if (process.spec.argv[1] === 'echo')
      process.screen.push(...process.line.split('\n').map((line) => `got ${line}`));
    process.line = '';
  };
  const press = (process: FakeProcess, key: string): void => {
    if (key === 'Enter') enter(process);
    else if (key === 'C-d') fake.exit(process.id, 0);
    else if ([...key].length === 1) process.line += key;
    else if (!/^(?:Escape|Tab|Space|Up|Down|C-[a-z])$/.test(key))
      throw rejected('AO_FAKE_KEY', `"${key}" is not a key.`);
  };

  const fake: FakeRuntime = {
    submitted,
    created,
    unreachable: false,
    async start() {
      started = true;
    },
    async stop() {
      started = false;
    },
    async create(spec) {
      reach();
      const present = processes.get(spec.id);
      if (present?.state === 'alive') return { handle: present.handle, pid: present.pid };
      if (!existsSync(spec.cwd))
        throw rejected('AO_FAKE_CWD', `The folder ${spec.cwd} does not exist.`);
      serial += 1;
      // Beyond the largest pid of any system: a test that signals it by mistake hits nobody.
      const process: FakeProcess = {
        id: spec.id,
        handle: `fake:${spec.id}:${serial}`,
        pid: 2 ** 30 + serial,
        spec,
        screen: ['ready'],
        line: '',
        state: 'alive',
        exitCode: null,
      };
      processes.set(spec.id, process);
      created.push(spec);
      if (spec.argv[1] === 'exit') queueMicrotask(() => fake.exit(spec.id, Number(spec.argv[2])));
      return { handle: process.handle, pid: process.pid };
    },
    async observe() {
      reach();
      return [...processes.values()].map(({ id, handle, pid, state, exitCode }) => ({
        id,
        handle,
        fact: { state, exitCode, pid: state === 'alive' ? pid : null, handle, at: now() },
      }));
    },
    onExit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async write(handle, text, { submit }) {
      const process = typable(handle);
      process.line += text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
      if (submit) enter(process);
    },
    async keys(handle, keys) {
      const process = typable(handle);
      for (const key of keys) press(process, key);
    },
    async capture(handle, lines) {
      return byHandle(handle).screen.slice(-lines).join('\n');
    },
    async kill(handle) {
      reach();
      for (const process of processes.values())
        if (process.handle === handle) processes.delete(process.id);
    },
    attach: (handle) => ({
      argv: ['fake-attach', handle],
      readOnlyArgv: ['fake-attach', '--read-only', handle],
    }),
    async resources(handles) {
      reach();
      return new Map(
        [...processes.values()]
          .filter(({ handle, state }) => state === 'alive' && handles.includes(handle))
          .map(({ handle }) => [handle, { rssBytes: 1_000_000, processes: 1 }]),
      );
    },
    async doctor() {
      return [{ level: 'ok', what: 'fake runtime', fix: null }];
    },
    exit(id, exitCode, { push } = { push: true }) {
      const process = byId(id);
      process.state = 'exited';
      process.exitCode = exitCode;
      if (push) for (const listener of listeners) listener(id, process.handle, exitCode);
    },
    vanish: (id) => void processes.delete(id),
    print: (id, text) => void byId(id).screen.push(...text.split('\n')),
  };
  return fake;
}
