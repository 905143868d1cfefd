import { ok } from '../../lib/result.ts';
import { linksOf } from '../links.ts';
import { type Call, ofAll } from '../use-case.ts';

/** Everybody's logins; for admins. */
export const allLinks = ofAll({
  name: 'allLinks',
  when: 'now',
  verb: 'admin',
  agents: 'nobody',
  action: 'list identities',
  run: ({ parts }: Call) => ok(linksOf(parts, null)),
});
