import { removeIdentities } from '../../db/identity-store.ts';
import { ok } from '../../lib/result.ts';
import { refusal } from '../parts.ts';
import { type Call, ofAll } from '../use-case.ts';

/** One's own links; of somebody else only as an admin. Answers how many there were. */
export const removeLinks = ofAll({
  name: 'removeLinks',
  when: 'later',
  verb: ({ actor }, subject) => (subject === null || subject === actor.subject ? 'view' : 'admin'),
  agents: 'nobody',
  action: 'unlink',
  detail: (subject) => subject ?? 'their own login',
  async run({ parts, actor }: Call, subject: string | null) {
    const whose = subject ?? actor.subject;
    const removed = removeIdentities(parts.db, whose);
    return removed === 0 ? refusal('AO_STATE', `${whose} is linked to no login.`) : ok(removed);
  },
});
