import { isRecord } from '../../lib/is-record.ts';
import type { KeyPath } from '../config-error.ts';
import type { SourceDocument } from '../source-document.ts';
import { type ConfigNote, existing, note, projectsOf, type Raw } from './note.ts';

/** The peers' names of agents that have another name here. */
const AGENTS: Readonly<Record<string, string>> = { kimicode: 'kimi', 'kimi-code': 'kimi' };

/** Puts our names of agents for theirs. An agent that the file itself configures under such a name keeps it. */
export function agentNames(raw: Raw, document: SourceDocument): readonly ConfigNote[] {
  const own = existing(raw, 'agents') ?? {};
  const rename = (owner: unknown, path: KeyPath): ConfigNote[] => {
    if (!isRecord(owner) || typeof owner.agent !== 'string') return [];
    const { agent } = owner;
    const ours = Object.hasOwn(AGENTS, agent) ? AGENTS[agent] : undefined;
    if (ours === undefined || agent in own) return [];
    owner.agent = ours;
    return [
      note(document, [...path, 'agent'], `${agent} is read as ${ours}`, `Write ${ours} instead.`),
    ];
  };
  const defaults = existing(raw, 'defaults');
  return [
    ...rename(defaults, ['defaults']),
    ...['worker', 'orchestrator'].flatMap((role) =>
      rename(existing(defaults, role), ['defaults', role]),
    ),
    ...projectsOf(raw).flatMap(([id, project]) => rename(project, ['projects', id])),
  ];
}
