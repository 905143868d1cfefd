import {
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  MessageFlags,
  InteractionResponseType as Response,
} from 'discord.js';
import { renderMessage } from '../render/message.ts';
import { modalOf } from '../render/modal.ts';
import { modalValues, respondTo } from './answer.ts';
import { NO_ID, parseCustomId, yesId } from './custom-id.ts';
import { contextOf, giveToHost, type Parts } from './interaction-context.ts';

export async function receivePress(
  interaction: APIMessageComponentInteraction,
  parts: Parts,
): Promise<void> {
  const id = parseCustomId(interaction.data.custom_id);
  const [value = null] = 'values' in interaction.data ? interaction.data.values : [];
  switch (id.type) {
    case 'no':
      await respondTo(parts.api, interaction, {
        type: Response.UpdateMessage,
        data: { content: 'Nothing was done.', embeds: [], components: [] },
      });
      return;
    case 'confirm':
      return ask(interaction, id.action, parts);
    case 'form':
      return showForm(interaction, id.stash, parts);
    case 'yes': {
      const context = await contextOf(interaction, parts, id.message);
      return giveToHost(
        interaction,
        {
          ...context,
          type: 'action',
          action: id.action,
          value: null,
          message: id.message,
          trigger: interaction.id,
        },
        parts,
      );
    }
    case 'action': {
      const context = await contextOf(interaction, parts, interaction.message.id);
      return giveToHost(
        interaction,
        {
          ...context,
          type: 'action',
          action: id.action,
          value,
          message: interaction.message.id,
          trigger: interaction.id,
        },
        parts,
      );
    }
  }
}

/** Discord's buttons ask nothing themselves, so the question is a private message with a yes and a no. */
async function ask(
  interaction: APIMessageComponentInteraction,
  action: string,
  parts: Parts,
): Promise<void> {
  const question = parts.records.confirm(action) ?? { title: 'Are you sure?', text: '', ok: 'Yes' };
  const { body } = renderMessage({
    kind: 'post',
    text: question.title,
    blocks: [
      { type: 'text', text: `**${question.title}**\n${question.text}`.trim() },
      {
        type: 'buttons',
        buttons: [
          { id: yesId(action, interaction.message.id), label: question.ok, style: 'danger' },
          { id: NO_ID, label: 'Cancel', style: 'plain' },
        ],
      },
    ],
  });
  await respondTo(parts.api, interaction, {
    type: Response.ChannelMessageWithSource,
    data: { ...body, flags: body.flags | MessageFlags.Ephemeral },
  });
}

async function showForm(
  interaction: APIMessageComponentInteraction,
  stash: string,
  parts: Parts,
): Promise<void> {
  const form = parts.records.form(stash);
  if (form !== null) {
    parts.records.keepForm(form.id, form);
    await respondTo(parts.api, interaction, { type: Response.Modal, data: modalOf(form) });
    return;
  }
  const { body } = renderMessage({
    kind: 'post',
    text: GONE,
    blocks: [{ type: 'text', text: GONE }],
  });
  await respondTo(parts.api, interaction, {
    type: Response.ChannelMessageWithSource,
    data: { ...body, flags: body.flags | MessageFlags.Ephemeral },
  });
}

const GONE = 'This form is too old. Give the command again.';

export async function receiveForm(
  interaction: APIModalSubmitInteraction,
  parts: Parts,
): Promise<void> {
  const context = await contextOf(interaction, parts, interaction.message?.id ?? null);
  await giveToHost(
    interaction,
    {
      ...context,
      type: 'form',
      form: interaction.data.custom_id,
      values: modalValues(interaction.data.components),
    },
    parts,
  );
}
