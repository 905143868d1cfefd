import type { Clock } from '../../../src/lib/clock.ts';
import type { ChatReply } from '../../../src/slots/chat.ts';
import type { AnswerPlace } from './answers.ts';
import { formView } from './render/view.ts';

/** A form's errors must be in its ack, for which Slack waits 3 s; later ones are whispered. */
const WITHIN = 2_000;

export interface FormAcks {
  /** What the ack of a submitted form carries; undefined closes it. Resolves in time, whatever the host does. */
  expect(delivery: string): Promise<object | undefined>;
  /** Puts into the ack what can be put there, and returns what has to be given otherwise. */
  answer(delivery: string, reply: ChatReply, place: AnswerPlace): Promise<ChatReply>;
  /** There will be no answer. */
  over(delivery: string): void;
}

export function createFormAcks(clock: Clock): FormAcks {
  const open = new Map<string, (ack: object | undefined) => void>();
  const over = (delivery: string): void => open.get(delivery)?.(undefined);
  return {
    over,
    expect: (delivery) =>
      new Promise((resolve) => {
        const timer = clock.after(WITHIN, () => over(delivery));
        open.set(delivery, (ack) => {
          timer.cancel();
          open.delete(delivery);
          resolve(ack);
        });
      }),
    async answer(delivery, reply, { channel, thread }) {
      const ack = open.get(delivery);
      if (ack !== undefined && reply.errors !== undefined) {
        ack({ response_action: 'errors', errors: reply.errors });
        return {};
      }
      if (ack !== undefined && reply.form !== undefined) {
        ack({ response_action: 'update', view: formView(reply.form, { channel, thread }) });
        return {};
      }
      ack?.(undefined);
      const words = Object.values(reply.errors ?? {}).join('\n');
      return words === ''
        ? reply
        : { whisper: { text: words, kind: 'post', blocks: [{ type: 'text', text: words }] } };
    },
  };
}
