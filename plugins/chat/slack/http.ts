import type { App } from '@slack/bolt';
import { slackLogger } from './api.ts';
import type { Opened, OpenParts } from './socket.ts';

type Bolt = Pick<typeof import('@slack/bolt'), 'HTTPReceiver'>;

/** Slack's signed requests to an address of ao's; Bolt checks the signatures. */
export function openHttp({ config, logger, receive }: OpenParts, bolt: Bolt): Opened {
  const receiver = new bolt.HTTPReceiver({
    signingSecret: config.signingSecret ?? '',
    logger: slackLogger(logger),
    processBeforeResponse: false,
  });
  receiver.init({ processEvent: receive } as unknown as App);
  let over: () => void = () => {};
  let port: number | null = null;
  return {
    async connect() {
      const server = await receiver.start({ port: config.port, host: config.host });
      const address = server.address();
      port = typeof address === 'object' && address !== null ? address.port : null;
      const ended = new Promise<void>((resolve) => {
        over = resolve;
      });
      return { ended };
    },
    async close() {
      over();
      const listening = port !== null;
      port = null;
      if (listening) await receiver.stop();
    },
    port: () => port,
  };
}
