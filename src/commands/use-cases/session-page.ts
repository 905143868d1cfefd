import { ok } from '../../lib/result.ts';
import { sessionPage as pageOf, type SessionFilter, shownTo } from '../session-list.ts';
import { type Call, readOfAll } from '../use-case.ts';

/** One page, and where the next one begins. */
export const sessionPage = readOfAll({
  name: 'sessionPage',
  when: 'now',
  agents: 'orchestrators',
  run: ({ parts, actor }: Call, filter: SessionFilter) => ok(pageOf(parts, shownTo(actor, filter))),
});
