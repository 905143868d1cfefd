import type { RuntimeFact } from '../session/facts.ts';
import { AO } from '../session/ids.ts';
import { detailOf } from './activity-facts.ts';
import { type Draft, emit, setFacts, setSession } from './draft.ts';
import { end } from './ending.ts';
import { launch } from './launch.ts';
import { requestsGone } from './requests.ts';
import { requeueInFlight } from './steers.ts';

/** `unknown` says nothing. A fact about a launch that is over says nothing either. */
export function runtimeObserved(draft: Draft, fact: RuntimeFact, output: string | null): void {
  const before = draft.snapshot.facts.runtime;
  if (
    fact.state === 'unknown' ||
    before === null ||
    before.state === 'exited' ||
    before.state === 'gone'
  )
    return;
  if (before.handle !== null && fact.handle !== null && fact.handle !== before.handle) return;
  // Nothing of this launch is known yet: an end can only be that of the one before.
  if (before.handle === null && fact.state !== 'alive') return;
  setFacts(draft, {
    runtime: { ...fact, handle: fact.handle ?? before.handle, pid: fact.pid ?? before.pid },
  });
  if (fact.state !== 'exited' && fact.state !== 'gone') return;
  emit(draft, {
    type: 'runtime.exited',
    exitCode: fact.exitCode,
    ...(fact.why === undefined ? {} : { why: fact.why }),
    gone: fact.state === 'gone',
    output,
  });
  const detail = detailOf(draft.snapshot.facts.activity, { state: 'exited', detail: null });
  setFacts(draft, {
    activity: {
      state: 'exited',
      source: 'protocol',
      detail,
      resetAt: null,
      since: draft.now,
      at: draft.now,
    },
  });
  requeueInFlight(draft);
  requestsGone(draft, 'Not answered: the agent is gone.');
  if (draft.snapshot.session.stage === 'launching') diedAtLaunch(draft, fact, output);
}

/** It never took its task. Once may be bad luck; twice won't get better by itself. */
function diedAtLaunch(draft: Draft, fact: RuntimeFact, output: string | null): void {
  const { launches, handovers } = draft.snapshot.session;
  if (launches - (handovers.at(-1)?.launches ?? 0) < 2) return launch(draft, false);
  const code = fact.exitCode === null ? 'without an exit code' : `with code ${fact.exitCode}`;
  const last = output === null ? '' : ` Its last words: ${lastLine(output)}`;
  end(draft, 'errored', AO, `The agent ended ${code} before it took the task, twice.${last}`);
}

const lastLine = (text: string): string =>
  text.trimEnd().split('\n').at(-1)?.trim().slice(0, 300) ?? '';

export function workspaceMissing(draft: Draft): void {
  const { workspace } = draft.snapshot.session;
  if (workspace === null || workspace.state !== 'present') return;
  setSession(draft, { workspace: { ...workspace, state: 'removed' } });
  end(
    draft,
    'terminated',
    AO,
    `Its workspace ${workspace.path} is gone. The branch ${workspace.branch} is kept; Restore makes the workspace again.`,
  );
}
