import { notifierContract } from '../contract/notifier.ts';
import { createFakeNotifier } from './fake-notifier.ts';

notifierContract('fake', () => {
  const notifier = createFakeNotifier();
  return {
    notifier,
    arrived: () => notifier.sent.map((message) => JSON.stringify(message)),
    close: () => undefined,
  };
});
