import { expect, test } from 'vitest';
import { toPluginError } from './failure.ts';

const refused = (status: number, message: string) =>
  toPluginError(
    Object.assign(new Error(message), { status, response: { headers: {}, data: { message } } }),
    { what: 'comment on issue #7', now: 0 },
  );

test.each<[number, string, RegExp]>([
  [403, 'Unable to create comment because issue is locked.', /unlock it at GitHub/],
  [403, 'Unable to add labels because conversation is locked', /unlock it at GitHub/],
  [403, 'Repository was archived so is read-only.', /unarchive it/],
  [403, 'Resource protected by organization SAML enforcement.', /authorize the token/],
  [
    403,
    'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled',
    /adds this machine's/,
  ],
  [403, 'Sorry. Your account was suspended.', /blocked the account/],
  [
    403,
    'Interactions on this repository have been restricted to collaborators only.',
    /lifts the limit/,
  ],
  [410, 'Issues are disabled for this repo', /turns it on/],
])('M16: %i "%s": said with what helps, and not with what does not', (status, said, advice) => {
  const { message } = refused(status, said);
  expect(message).toContain(said);
  expect(message).toMatch(advice);
  expect(message).not.toMatch(/missing permission|Check the name/);
});

test.each<[number, string, RegExp]>([
  [403, 'Resource not accessible by integration', /missing permission/],
  [403, 'Must have admin rights to Repository.', /missing permission/],
  [404, 'Not Found', /Check the name/],
  [410, 'This issue was deleted', /Check the name/],
])('%i "%s" is about permissions or names', (status, said, advice) => {
  expect(refused(status, said).message).toMatch(advice);
});
