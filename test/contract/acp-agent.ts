import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PermissionMode } from '../../src/domain/session/session.ts';
import type { AgentPlugin } from '../../src/slots/agent.ts';
import type { PluginContext } from '../../src/slots/plugin.ts';
import { AgentWorld } from '../support/agent-world.ts';
import { fakeProgram } from '../support/fake-program.ts';

/** What one agent on the ACP driver has of its own; the driver itself passes the whole suite of coding CLIs with the plugin `acp`. */
export interface AcpAgentTraits {
  readonly program: string;
  readonly create: (command: string, context: PluginContext) => AgentPlugin;
  /** What the fake does as the agent's documentation says. */
  readonly fake: {
    readonly version: string;
    readonly acpArgs: readonly string[];
    readonly modes?: readonly string[];
    readonly auth?: string;
    /** Lets clients choose a model through the protocol. */
    readonly models?: boolean;
    readonly allow?: string;
    readonly deny?: string;
  };
  readonly modes: readonly PermissionMode[];
  /** What must be on the command line or in the environment with model `m-1` in mode `auto-edit`. */
  readonly launched: {
    readonly args: readonly string[];
    readonly mode?: string | null;
    readonly model?: string | null;
  };
}

export function describeAcpAgent(name: string, traits: AcpAgentTraits): void {
  describe(name, () => {
    let opened: AgentWorld | null = null;
    const open = (model: string | null = null): AgentWorld => {
      opened = new AgentWorld({
        plugin(context, home) {
          writeFileSync(join(home, 'traits.json'), JSON.stringify(traits.fake));
          return traits.create(fakeProgram(home, traits.program, 'fake-acp.ts'), {
            ...context,
            env: { ...context.env, FAKE_ACP_DIR: join(home, 'acp') },
          });
        },
        env: (home) => ({ FAKE_ACP: join(home, 'traits.json'), FAKE_ACP_DIR: join(home, 'acp') }),
        model,
      });
      return opened;
    };
    afterEach(async () => {
      await opened?.close();
      opened = null;
    });

    it('knows its permission modes and tells its version', async () => {
      const world = open();
      expect(world.plugin.permissionModes).toEqual(traits.modes);
      writeFileSync(
        join(world.home, 'bin', traits.program),
        `#!/bin/sh\necho '${traits.fake.version}'\n`,
      );
      expect(await world.plugin.detect()).toMatchObject({
        found: true,
        version: /\d\S*/.exec(traits.fake.version)?.[0],
      });
    });

    it('is launched with its own options, edits without asking in auto-edit, and asks for a command with its own choices', async () => {
      const world = open('m-1');
      await world.launch({
        prompt: 'WRITE: made.txt | made\nRUN: touch run.txt\nSAY: both',
        permissions: 'auto-edit',
      });
      const opened = await world.waitFor('a request', () => world.ofType('request_opened')[0]);
      expect(opened.request).toMatchObject({ kind: 'permission', text: 'touch run.txt' });
      expect(existsSync(join(world.repo, 'made.txt'))).toBe(true);
      await world.watch.answer(opened.request.id, {
        option: traits.fake.allow ?? 'allow',
        text: null,
      });
      await world.untilState('ready', (event) => event.lastMessage === 'both');
      expect(existsSync(join(world.repo, 'run.txt'))).toBe(true);
      const launches = readFileSync(join(world.home, 'acp', 'launches.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(launches.at(-1)).toMatchObject(traits.launched);
      // The rules stand before the first message, in the same turn.
      const [first] = readFileSync(join(world.home, 'acp', 'prompts.jsonl'), 'utf8')
        .trim()
        .split('\n');
      expect(JSON.parse(first ?? '[]')).toEqual([
        'You work in a test.',
        expect.stringContaining('SAY: both'),
      ]);
    });

    it('goes on with its conversation after a crash, and asks for nothing when it is permissionless', async () => {
      const world = open();
      await world.launch({ prompt: 'RUN: touch free.txt\nSAY: before' });
      await world.untilState('ready', (event) => event.lastMessage === 'before');
      expect(existsSync(join(world.repo, 'free.txt'))).toBe(true);
      world.crash();
      await world.waitFor('the exit', async () => (await world.terminal.exitCode()) !== null);
      await world.launch({ prompt: 'SAY: after', resume: true });
      await world.untilState('ready', (event) => event.lastMessage === 'after');
    });
  });
}
