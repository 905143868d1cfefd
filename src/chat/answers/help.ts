/** Help, generated from the command table. */

import type { Block, ChatMessage } from '../../slots/chat.ts';
import type { CommandSpec } from '../grammar/command-spec.ts';
import { COMMANDS, type CommandRow, findCommand } from '../grammar/command-table.ts';
import { context, post, textBlock } from '../words/message.ts';
import { escapeMarkdown, inlineCode } from '../words/wording.ts';

const GROUPS: Readonly<Record<CommandSpec['group'], string>> = {
  start: 'Start',
  look: 'Look',
  talk: 'Talk to the agent',
  control: 'Control',
  merge: 'Review and merge',
  team: 'Team',
};

/** All commands, or one in detail; an unknown name shows all. */
export function helpMessage(about: string | null): ChatMessage {
  const row = about === null ? null : findCommand(about);
  return row === null ? overview() : detail(row);
}

function overview(): ChatMessage {
  const blocks = (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).flatMap((group) =>
    groupBlocks(group),
  );
  const tail = context(
    "In a session's thread the session may be left out, a plain reply goes to the agent, and `!verb` works as `/ao verb`. More:  `/ao help spawn`",
  );
  return { text: 'Commands of ao', kind: 'post', blocks: [...blocks, tail] };
}

function groupBlocks(group: CommandSpec['group']): readonly Block[] {
  const rows = COMMANDS.filter((row) => row.group === group).map(
    (row) => `${inlineCode(`/ao ${row.verb}`)} ${escapeMarkdown(row.does)}`,
  );
  return [textBlock([`**${GROUPS[group]}**`, ...rows].join('\n'))];
}

function detail(row: CommandRow): ChatMessage {
  const aliases =
    row.aliases.length === 0
      ? []
      : [context(`Also: ${row.aliases.map((alias) => inlineCode(`/ao ${alias}`)).join(', ')}`)];
  return post(
    `/ao ${row.usage}`,
    `${inlineCode(`/ao ${row.usage}`)}\n${escapeMarkdown(row.does)}\nExample: ${inlineCode(`/ao ${row.example}`)}`,
    aliases,
  );
}
