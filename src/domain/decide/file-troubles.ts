import type { FileTrouble } from '../session/facts.ts';
import type { FactInput } from '../session/input.ts';
import type { Facts } from '../session/session.ts';
import { MOST_TROUBLES, troubleId } from '../text/workspace-trouble.ts';
import { type Draft, emit, setFacts } from './draft.ts';

/** So many different ones are told of one launch: whoever makes them can make any number. */
const FILE_PROBLEMS = 20;

/** Each is told once a launch: a reader meets it with every look. */
export function fileProblem(draft: Draft, problem: FileTrouble): void {
  if (isKnownTrouble(draft.snapshot.facts, problem)) return;
  const files = [...(draft.snapshot.facts.unreadable?.files ?? []), problem];
  setFacts(draft, { unreadable: { files, at: draft.now } });
  emit(draft, { type: 'agent.unreadable', problem });
}

/** It was told already, or enough others were. */
export function isKnownTrouble({ unreadable }: Facts, problem: FileTrouble): boolean {
  const known = unreadable?.files ?? [];
  return (
    known.length >= FILE_PROBLEMS ||
    known.some((one) => one.path === problem.path && one.kind === problem.kind)
  );
}

/** What is there is the state; of it people are told what they were not told before, here or in another session. */
export function workspaceTrouble(
  draft: Draft,
  { troubles, told: elsewhere }: Extract<FactInput, { type: 'workspace_trouble' }>,
): void {
  const told = draft.snapshot.facts.workspaceTrouble?.told ?? [];
  const fresh = troubles
    .filter((one) => !told.includes(troubleId(one)) && !elsewhere.includes(troubleId(one)))
    .slice(0, Math.max(0, MOST_TROUBLES - told.length));
  setFacts(draft, {
    workspaceTrouble: {
      present: troubles,
      told: [...told, ...fresh.map(troubleId)],
      at: draft.now,
    },
  });
  if (fresh.length > 0) emit(draft, { type: 'workspace.trouble', troubles: fresh });
}
