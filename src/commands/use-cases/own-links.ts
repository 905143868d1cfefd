import { ok } from '../../lib/result.ts';
import { linksOf } from '../links.ts';
import { type Call, ofAll } from '../use-case.ts';

/** The logins of the person who asks. */
export const ownLinks = ofAll({
  name: 'ownLinks',
  when: 'now',
  verb: 'view',
  agents: 'nobody',
  action: 'own identities',
  record: 'refusals',
  run: ({ parts, actor }: Call) => ok(linksOf(parts, actor.subject)),
});
