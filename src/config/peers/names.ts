/** Names of other orchestrators' files. Without imports: the short way to the data directory (`cli/data-dir.ts`) reads them, too. */
const PEER_FILE_NAMES = ['agent-orchestrator.yaml', 'ao-rs.yaml'] as const;

export type PeerFileName = (typeof PEER_FILE_NAMES)[number];

/** The configuration files of a folder, in the order in which they count. */
export const CONFIG_NAMES = ['ao.yaml', ...PEER_FILE_NAMES] as const;

export const isPeerFile = (name: string): name is PeerFileName =>
  (PEER_FILE_NAMES as readonly string[]).includes(name);

/** Where those programs keep their own state; ours beside it would mix two programs' files. */
const THEIR_FOLDERS: ReadonlySet<string> = new Set(['.agent-orchestrator', '.ao-rs']);

/** Whether `folder` (as it stands in the file) is where another orchestrator keeps its state. */
export const isTheirFolder = (folder: string): boolean =>
  THEIR_FOLDERS.has(folder.replace(/\/+$/, '').split('/').at(-1) ?? '');

/** A configuration file of another orchestrator that is read like our own. */
export interface PeerFile {
  /** What a merge does there when nothing is said (its documentation). */
  readonly mergeMethod: 'squash' | 'merge';
}
