import type { Tell } from '../../src/lib/guarded/problem.ts';
import type { AgentEvent } from '../../src/slots/agent.ts';

/** What a watch's readers meet becomes events, each once for the watch: readers meet the same with every look. */
export function tellFileProblems(emit: (event: AgentEvent) => void): Tell {
  const told = new Set<string>();
  return (problem) => {
    const key = `${problem.kind} ${problem.path}`;
    if (told.has(key)) return;
    told.add(key);
    emit({ type: 'file_problem', problem });
  };
}
