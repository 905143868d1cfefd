import { Nothing } from '../input.ts';
import { openPullRequest } from '../open-pull-request.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Runs the failed checks again. */
export const rerun = ofSession({
  name: 'rerun',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'rerun',
  http: post({
    path: '/api/sessions/:id/rerun',
    tag: 'control',
    summary: 'Run the failed checks again',
    body: Nothing,
    response: Session,
    args: () => [],
  }),
  async run({ parts, actor, snapshot }: SessionCall) {
    const open = openPullRequest(snapshot);
    return open.ok
      ? decideFor(parts, actor, snapshot.session.id, { type: 'rerun', pr: open.value.key })
      : open;
  },
});
