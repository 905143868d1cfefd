import type { Actor } from './ids.ts';
import type { Session } from './session.ts';

/** The person whose budget a session is charged to: whoever started it, or had it started by an orchestrator. */
export const payerOf = ({ payer, startedBy, owner }: Session): Actor =>
  payer ?? (startedBy.via === 'agent' ? owner : startedBy);
