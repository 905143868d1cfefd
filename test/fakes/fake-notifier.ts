import type { Priority } from '../../src/domain/session/policy.ts';
import type { Notification, NotifierPlugin } from '../../src/slots/notifier.ts';

/** Keeps what it was given. `failWith` makes every following call fail until it is null again. */
export interface FakeNotifier extends NotifierPlugin {
  readonly sent: Array<Notification & { readonly priority: Priority; readonly key: string }>;
  failWith: Error | null;
}

export function createFakeNotifier(): FakeNotifier {
  const fake: FakeNotifier = {
    sent: [],
    failWith: null,
    async notify(message, { priority, key }) {
      if (fake.failWith !== null) throw fake.failWith;
      if (!fake.sent.some((each) => each.key === key))
        fake.sent.push({ ...message, priority, key });
    },
    doctor: async () => [{ level: 'ok', what: 'fake notifier', fix: null }],
  };
  return fake;
}
