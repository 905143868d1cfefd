import { cancel, confirm, intro, isCancel, outro, select, text } from '@clack/prompts';
import type { PluginDefinition } from '../slots/plugin.ts';
import type { InitAnswers } from './init-answers.ts';

/** Asks for each answer, with the suggested one filled in; null when the person gave up. */
export async function askAnswers(
  suggested: InitAnswers,
  agents: readonly PluginDefinition[],
): Promise<InitAnswers | null> {
  intro(`ao.yaml for ${suggested.path}`);
  const project = await text({
    message: 'Project id',
    initialValue: suggested.project,
    validate: validId,
  });
  if (isCancel(project)) return gaveUp();
  const agent = await askAgent(suggested.agent, agents);
  if (isCancel(agent)) return gaveUp();
  const check = await text({
    message: 'Command that checks a change (empty: none)',
    initialValue: suggested.checks[0]?.run ?? '',
  });
  if (isCancel(check)) return gaveUp();
  const sure = await confirm({ message: 'Write ao.yaml?' });
  if (isCancel(sure) || !sure) return gaveUp();
  outro('Writing.');
  const run = (check ?? '').trim();
  return {
    path: suggested.path,
    project,
    agent: agent === '' ? null : agent,
    checks: run === '' ? [] : [{ name: suggested.checks[0]?.name ?? 'check', run }],
  };
}

const validId = (id: string | undefined): string | undefined =>
  /^[a-z][a-z0-9._-]*$/.test(id ?? '')
    ? undefined
    : 'lower-case letters, digits, . _ and -, beginning with a letter';

function askAgent(
  suggested: string | null,
  agents: readonly PluginDefinition[],
): ReturnType<typeof select<string>> {
  const first = { value: '', label: 'the first installed one', hint: 'decided at every start' };
  return select({
    message: 'Coding agent',
    initialValue: suggested ?? '',
    options: [
      first,
      ...agents.map((agent) => ({ value: agent.name, label: agent.name, hint: agent.description })),
    ],
  });
}

function gaveUp(): null {
  cancel('Nothing was written.');
  return null;
}
