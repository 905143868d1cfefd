import { expect, it } from 'vitest';
import type { AgentPlugin } from '../slots/agent.ts';
import { missingAgents } from './missing-agents.ts';

const FIX = 'Install it (npm install -g claude).';
const world = (installed: readonly string[]) => ({
  agent: (name: string) =>
    ({
      async detect() {
        if (name === 'odd') throw new Error('no answer');
        const found = installed.includes(name);
        const findings = found ? [] : [{ level: 'error', what: 'gone', fix: FIX }];
        return { found, path: null, version: null, findings };
      },
    }) as unknown as AgentPlugin,
  installedAgents: async () => installed,
});
const project = (id: string, agent: string, enabled = true) => ({ id, agent, enabled });

it('names an agent that is missing once, with its projects and what to do', async () => {
  const projects = [
    project('a', 'claude-code'),
    project('b', 'claude-code'),
    project('c', 'codex'),
  ];
  expect(await missingAgents(world(['codex']), projects)).toEqual([
    `The agent claude-code isn't installed: no session of a, b can start. ${FIX}`,
  ]);
});

it('says what there is to install where nothing is', async () => {
  const said = await missingAgents(world([]), [project('a', 'claude-code')]);
  expect(said).toHaveLength(2);
  expect(said[1]).toContain('npm install -g @openai/codex');
});

it("says nothing of agents that are there, can't be asked, or belong to a project that is off", async () => {
  const projects = [project('a', 'codex'), project('b', 'odd'), project('c', 'gone', false)];
  expect(await missingAgents(world(['codex']), projects)).toEqual([]);
});
