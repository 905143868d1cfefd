import { isRecord } from '../../lib/is-record.ts';
import type { KeyPath } from '../config-error.ts';
import type { SourceDocument } from '../source-document.ts';
import type { PeerFile } from './names.ts';
import { type ConfigNote, existing, note, projectsOf, type Raw, section } from './note.ts';

const METHODS: readonly unknown[] = ['squash', 'merge', 'rebase'];

/** What a reaction of the peers' says about how to merge; here it belongs to the project. */
interface MergeWish {
  readonly method?: string;
  readonly deleteBranch?: boolean;
}

/**
 * The peers say at a reaction how a merge is made (`strategy: squash` or `mergeMethod`, `deleteAfter`); here `merge` of the project
 * says it. A wish of the common reactions goes to every project that says nothing itself.
 */
export function mergeKeys(
  raw: Raw,
  document: SourceDocument,
  peer: PeerFile | null,
): readonly ConfigNote[] {
  const notes: ConfigNote[] = [];
  const common = wishesOf(existing(raw, 'reactions'), ['reactions'], document, notes);
  for (const [id, project] of projectsOf(raw)) {
    const path = ['projects', id, 'reactions'];
    const own = wishesOf(existing(project, 'reactions'), path, document, notes);
    const wish = { ...defaultOf(peer), ...common, ...own };
    if (Object.keys(wish).length === 0) continue;
    const merge = section(project, 'merge');
    if (merge !== null) project.merge = { ...wish, ...merge };
  }
  return notes;
}

/** What ours would do anyhow isn't written down. */
const defaultOf = (peer: PeerFile | null): MergeWish =>
  peer === null || peer.mergeMethod === 'squash' ? {} : { method: peer.mergeMethod };

function wishesOf(
  reactions: Raw | null,
  path: KeyPath,
  document: SourceDocument,
  notes: ConfigNote[],
): MergeWish {
  let wish: MergeWish = {};
  for (const [key, reaction] of Object.entries(reactions ?? {})) {
    if (!isRecord(reaction)) continue;
    const take = (name: string, means: MergeWish, where: string): void => {
      delete reaction[name];
      wish = { ...wish, ...means };
      notes.push(
        note(
          document,
          [...path, key, name],
          `read as ${where} of the projects`,
          `Write ${where} in the project instead.`,
        ),
      );
    };
    for (const name of ['strategy', 'mergeMethod'])
      if (METHODS.includes(reaction[name]))
        take(name, { method: String(reaction[name]) }, 'merge.method');
    if (typeof reaction.deleteAfter === 'boolean')
      take('deleteAfter', { deleteBranch: reaction.deleteAfter }, 'merge.deleteBranch');
  }
  return wish;
}
