import { ok } from '../../lib/result.ts';
import { sessionPage as pageOf, type SessionFilter, shownTo } from '../session-list.ts';
import { type Call, readOfAll } from '../use-case.ts';

/** The first page. An orchestrator gets itself and the sessions it started. */
export const sessions = readOfAll({
  name: 'sessions',
  when: 'now',
  agents: 'orchestrators',
  run: ({ parts, actor }: Call, filter: SessionFilter) =>
    ok(pageOf(parts, shownTo(actor, filter)).sessions),
});
