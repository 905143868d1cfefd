import type { SessionEvent } from '../../domain/session/event.ts';
import { troubleTexts } from '../../domain/text/workspace-trouble.ts';
import { sentenceOf } from '../../lib/guarded/problem.ts';
import { oneLine, sentence } from '../words/wording.ts';

type Trouble = Extract<SessionEvent, { type: 'workspace.trouble' | 'agent.unreadable' }>;

/** Paths and commands in these are whole, or of no use. */
const LENGTH = 1_500;

/** Files of an agent, or of a checkout, that are not what they should be. */
export function troubleText(event: Trouble): string {
  switch (event.type) {
    case 'workspace.trouble':
      return troubleTexts(event.troubles)
        .map((text) => `⚠️ ${oneLine(text, LENGTH)}`)
        .join('\n');
    case 'agent.unreadable':
      return `⚠️ ao can't follow all that the agent does: ${sentence(sentenceOf(event.problem))}`;
  }
}
