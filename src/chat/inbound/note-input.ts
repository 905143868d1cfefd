import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';

/** The row of the audit log that something came in. `detail`: without the words of people. */
export const noteInput = (
  action: 'command' | 'click' | 'form' | 'shortcut',
  detail: string,
  asker: Asker,
  deps: InboundDeps,
): void =>
  deps.audit({
    actor: asker.actor,
    action,
    session: asker.session,
    detail: detail.slice(0, 100),
    refused: null,
  });
