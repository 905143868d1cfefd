import type { SourceDocument } from '../source-document.ts';
import { agentNames } from './agents.ts';
import { adaptKeys } from './keys.ts';
import { mergeKeys } from './merge-keys.ts';
import { isPeerFile, type PeerFile, type PeerFileName } from './names.ts';
import type { ConfigNote, Raw } from './note.ts';
import { notifierNames } from './notifiers.ts';

const PEER_FILES: Readonly<Record<PeerFileName, PeerFile>> = {
  'agent-orchestrator.yaml': { mergeMethod: 'squash' },
  'ao-rs.yaml': { mergeMethod: 'merge' },
};

/** Null: the file is our own, whatever its name. */
export const peerFileOf = (name: string): PeerFile | null =>
  isPeerFile(name) ? PEER_FILES[name] : null;

/**
 * Puts our names for the peers' into the parsed file, in place, and says so: in a peer's own file all that its documentation has, in
 * ao.yaml the names that people bring along (agents, notifiers, how a merge is made).
 */
export function adaptPeers(
  raw: Raw,
  document: SourceDocument,
  peer: PeerFile | null,
): readonly ConfigNote[] {
  return [
    ...(peer === null ? [] : adaptKeys(raw, document)),
    ...agentNames(raw, document),
    ...mergeKeys(raw, document, peer),
    ...notifierNames(raw, document, peer !== null),
  ];
}
