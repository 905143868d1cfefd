import type { Actor } from '../../domain/session/ids.ts';
import { decideFor } from '../parts.ts';
import { ofSession, type SessionCall } from '../use-case.ts';

/** To another person. (To another agent: change-agent.ts.) */
export const handOver = ofSession({
  name: 'handOver',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'hand_over',
  detail: (to) => `to ${to.subject}`,
  run: async ({ parts, actor, snapshot }: SessionCall, to: Actor) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'hand_over', to }),
});
