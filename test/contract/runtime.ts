import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PluginError } from '../../src/slots/errors.ts';
import type { RuntimePlugin, RuntimeSpec } from '../../src/slots/runtime.ts';
import { until } from '../support/until.ts';

export interface RuntimeHarness {
  readonly runtime: RuntimePlugin;
  /** An existing folder. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly programs: {
    /** Runs until it is ended. */
    readonly stays: readonly string[];
    exits(code: number): readonly string[];
    /** Prints `ready`, then `got <line>` for each line it reads. */
    readonly echoes: readonly string[];
    /** Takes no notice of a polite signal; prints `ready` when it does so. */
    readonly stubborn: readonly string[];
  };
  /** Stops the runtime and everything in it. */
  dispose(): Promise<void>;
}

/** What every runtime plugin promises; `make` gives a started runtime with nothing in it. */
export function runtimeContract(name: string, make: () => Promise<RuntimeHarness>): void {
  describe(`${name} keeps the runtime contract`, () => {
    let harness: RuntimeHarness;
    let runtime: RuntimePlugin;
    beforeEach(async () => {
      harness = await make();
      runtime = harness.runtime;
    });
    afterEach(() => harness.dispose());

    const spec = (id: string, argv: readonly string[]): RuntimeSpec => ({
      id,
      cwd: harness.cwd,
      argv,
      env: harness.env,
      columns: 200,
      rows: 50,
    });
    const factOf = async (handle: string) =>
      (await runtime.observe()).find((seen) => seen.handle === handle)?.fact ?? null;
    const screen = (handle: string, text: string) =>
      until(
        async () => (await runtime.capture(handle, 100)).includes(text),
        5_000,
        `"${text}" on the screen`,
      );

    it('observes nothing when nothing was created', async () => {
      expect(await runtime.observe()).toEqual([]);
    });

    it('shows a created runtime as alive, with id, handle and pid', async () => {
      const { handle, pid } = await runtime.create(spec('app-1', harness.programs.stays));
      const [seen, ...others] = await runtime.observe();
      expect(others).toEqual([]);
      expect(seen).toMatchObject({
        id: 'app-1',
        handle,
        fact: { state: 'alive', exitCode: null, pid, handle },
      });
      expect(seen?.fact.at).toBeGreaterThan(0);
    });

    it('returns the live runtime of an id instead of a second one', async () => {
      const [first, again] = await Promise.all([
        runtime.create(spec('app-1', harness.programs.stays)),
        runtime.create(spec('app-1', harness.programs.stays)),
      ]);
      const third = await runtime.create(spec('app-1', harness.programs.stays));
      expect([again, third]).toEqual([first, first]);
      expect(await runtime.observe()).toHaveLength(1);
    });

    it('starts anew under an id whose process has exited, with a new handle', async () => {
      const first = await runtime.create(spec('app-1', harness.programs.exits(0)));
      await until(async () => (await factOf(first.handle))?.state === 'exited');
      const second = await runtime.create(spec('app-1', harness.programs.stays));
      expect(second.handle).not.toBe(first.handle);
      expect((await runtime.observe()).map((seen) => [seen.handle, seen.fact.state])).toEqual([
        [second.handle, 'alive'],
      ]);
    });

    it.each([0, 3, 127])('sees exit code %i, by observation and by push', async (code) => {
      const pushed: unknown[] = [];
      runtime.onExit((...exit) => pushed.push(exit));
      const { handle } = await runtime.create(spec('app-1', harness.programs.exits(code)));
      // As the host does: a push that the runtime itself missed is made up for by the next look.
      await until(async () => (await runtime.observe()) && pushed.length > 0, 5_000, 'the push');
      expect(await factOf(handle)).toMatchObject({ state: 'exited', exitCode: code, pid: null });
      expect(pushed).toEqual([['app-1', handle, code]]);
    });

    it('stops pushing to a listener that went away', async () => {
      const heard: string[] = [];
      const off = runtime.onExit((id) => heard.push(`first ${id}`));
      runtime.onExit((id) => heard.push(`second ${id}`));
      off();
      await runtime.create(spec('app-1', harness.programs.exits(0)));
      await until(async () => (await runtime.observe()) && heard.length > 0);
      expect(heard).toEqual(['second app-1']);
    });

    it('types a line and submits it', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.echoes));
      await screen(handle, 'ready');
      await runtime.write(handle, 'hello "world" $HOME; #{pid} it\'s ünï 漢', { submit: true });
      await screen(handle, 'got hello "world" $HOME; #{pid} it\'s ünï 漢');
    });

    it('does not submit unless told to', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.echoes));
      await screen(handle, 'ready');
      await runtime.write(handle, 'one ', { submit: false });
      await runtime.write(handle, 'two', { submit: false });
      await runtime.keys(handle, ['x', 'Enter']);
      await screen(handle, 'got one twox');
      expect(await runtime.capture(handle, 100)).not.toMatch(/got one $/m);
    });

    it('removes control characters from what it types', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.echoes));
      await screen(handle, 'ready');
      await runtime.write(handle, 'a\u0003b\u001b[201~c\u0004d\u009be\u007ff', { submit: true });
      await screen(handle, 'got ab[201~cdef');
      expect((await factOf(handle))?.state).toBe('alive');
    });

    it('keeps parallel writes whole', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.echoes));
      await screen(handle, 'ready');
      await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          runtime.write(handle, `message-${n}-end`, { submit: true }),
        ),
      );
      await Promise.all(
        Array.from({ length: 10 }, (_, n) => screen(handle, `got message-${n}-end`)),
      );
    });

    it('refuses a key it does not know', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.echoes));
      await expect(runtime.keys(handle, ['Entre'])).rejects.toMatchObject({ kind: 'rejected' });
    });

    it('captures the last lines only, also after the exit', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.echoes));
      await screen(handle, 'ready');
      for (const line of ['one', 'two']) await runtime.write(handle, line, { submit: true });
      await screen(handle, 'got two');
      expect((await runtime.capture(handle, 1)).trim()).toBe('got two');
      await runtime.keys(handle, ['C-d']);
      await until(async () => (await factOf(handle))?.state === 'exited');
      expect((await runtime.capture(handle, 100)).split('\n')).toContain('got one');
    });

    it('refuses to type to an exited process', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.exits(0)));
      await until(async () => (await factOf(handle))?.state === 'exited');
      await expect(runtime.write(handle, 'x', { submit: true })).rejects.toMatchObject({
        kind: 'rejected',
      });
    });

    it('kills, forgets the handle, and is content when it is gone already', async () => {
      const { handle, pid } = await runtime.create(spec('app-1', harness.programs.stays));
      await runtime.create(spec('app-12', harness.programs.stays));
      await runtime.kill(handle, { graceMs: 2_000 });
      expect((await runtime.observe()).map((seen) => seen.id)).toEqual(['app-12']);
      if (pid !== null) await until(() => !isRunning(pid), 5_000, 'the end of the process'); // It may be a zombie for a moment.
      await runtime.kill(handle, { graceMs: 0 });
      expect((await runtime.observe()).map((seen) => seen.id)).toEqual(['app-12']);
    });

    it('kills what takes no notice of a polite signal', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.stubborn));
      await screen(handle, 'ready');
      await runtime.kill(handle, { graceMs: 50 });
      expect(await runtime.observe()).toEqual([]);
    });

    it('says not_found for a handle that is gone', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.stays));
      await runtime.kill(handle, { graceMs: 2_000 });
      for (const call of [
        () => runtime.write(handle, 'x', { submit: true }),
        () => runtime.keys(handle, ['Enter']),
        () => runtime.capture(handle, 1),
      ]) {
        await expect(call()).rejects.toMatchObject({ kind: 'not_found' });
      }
    });

    it('refuses a folder that does not exist', async () => {
      const broken = { ...spec('app-1', harness.programs.stays), cwd: `${harness.cwd}/missing` };
      await expect(runtime.create(broken)).rejects.toSatisfy(
        (error) =>
          error instanceof PluginError &&
          error.kind === 'rejected' &&
          error.message.includes('missing'),
      );
      expect(await runtime.observe()).toEqual([]);
    });

    it('measures live runtimes and leaves out the others', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.stays));
      const gone = await runtime.create(spec('app-2', harness.programs.stays));
      await runtime.kill(gone.handle, { graceMs: 2_000 });
      const resources = await runtime.resources([handle, gone.handle]);
      expect([...resources.keys()]).toEqual([handle]);
      expect(resources.get(handle)?.processes).toBeGreaterThan(0);
      expect(resources.get(handle)?.rssBytes).toBeGreaterThan(0);
    });

    it('tells how to attach, to look only too', async () => {
      const { handle } = await runtime.create(spec('app-1', harness.programs.stays));
      const { argv, readOnlyArgv } = runtime.attach(handle);
      expect(argv.length).toBeGreaterThan(0);
      expect(readOnlyArgv).not.toEqual(argv);
    });

    it('lets the agents go on when it stops, and finds them again', async () => {
      const { handle, pid } = await runtime.create(spec('app-1', harness.programs.stays));
      await runtime.stop();
      await expect(runtime.observe()).rejects.toMatchObject({ kind: 'transient' });
      await runtime.start();
      expect(await factOf(handle)).toMatchObject({ state: 'alive', pid });
    });

    it('finds nothing wrong with itself', async () => {
      expect((await runtime.doctor()).filter((finding) => finding.level === 'error')).toEqual([]);
    });
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
