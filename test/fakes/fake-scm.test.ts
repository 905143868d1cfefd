import { scmContract } from '../contract/scm.ts';
import { createFakeScm } from './fake-scm.ts';

scmContract('fake', async () => {
  const scm = createFakeScm();
  return { scm, commit: scm.push, close: async () => undefined };
});
