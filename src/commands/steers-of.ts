import { allSteers } from '../db/session-store.ts';
import type { Snapshot } from '../domain/session/session.ts';
import type { CommandParts } from './parts.ts';
import { viewSteer } from './view/steers.ts';
import type { SteerView } from './views.ts';

/** Every message to the agent of this session. */
export const steersOf = ({ db }: CommandParts, { session }: Snapshot): readonly SteerView[] =>
  allSteers(db, session.id).map((entry) => viewSteer(entry, null));
