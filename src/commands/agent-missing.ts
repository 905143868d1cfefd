import type { Refusal } from '../domain/session/decision.ts';
import type { CommandParts } from './parts.ts';

/** Why an agent can't be started here; null: it can. */
export async function agentMissing(parts: CommandParts, agent: string): Promise<Refusal | null> {
  if (!parts.agentNames.includes(agent))
    return {
      code: 'AO_AGENT_MISSING',
      message: `There is no agent "${agent}". The agents are: ${parts.agentNames.join(', ')}.`,
    };
  const detected = await parts.plugins.agent(agent).detect();
  if (detected.found) return null;
  const fix = detected.findings.find((finding) => finding.fix !== null)?.fix;
  return {
    code: 'AO_AGENT_MISSING',
    message: `The agent ${agent} is not installed on this machine.${fix == null ? '' : ` ${fix}`}`,
  };
}
