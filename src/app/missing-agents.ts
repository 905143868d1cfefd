import type { Project } from '../lifecycle/plugins.ts';
import type { PluginInstances } from './plugin-instances.ts';

/** What installs the usual ones, for who has none at all. */
const OTHERS =
  'Claude Code: npm install -g @anthropic-ai/claude-code; Codex: npm install -g @openai/codex; opencode: npm install -g opencode-ai.';

/**
 * One sentence per agent that a project uses and that isn't there, with what to do. An agent that can't be asked counts as there:
 * the first spawn says more about it than a guess could.
 */
export async function missingAgents(
  plugins: Pick<PluginInstances, 'agent' | 'installedAgents'>,
  projects: readonly Pick<Project, 'id' | 'agent' | 'enabled'>[],
): Promise<readonly string[]> {
  const used = Map.groupBy(
    projects.filter((project) => project.enabled),
    (project) => project.agent,
  );
  const sentences = await Promise.all(
    [...used].map(async ([name, users]) => {
      const detected = await Promise.resolve()
        .then(() => plugins.agent(name).detect())
        .catch(() => null);
      if (detected === null || detected.found) return null;
      const fix = detected.findings.find((finding) => finding.level === 'error')?.fix ?? null;
      const sessions = users.map((project) => project.id).join(', ');
      return `The agent ${name} isn't installed: no session of ${sessions} can start. ${fix ?? 'See: ao doctor'}`;
    }),
  );
  const missing = sentences.filter((sentence) => sentence !== null);
  const none = missing.length > 0 && (await plugins.installedAgents()).length === 0;
  return none ? [...missing, `No coding agent was found on this machine. ${OTHERS}`] : missing;
}
