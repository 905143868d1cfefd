import { randomUUID } from 'node:crypto';
import {
  type APIInteraction,
  type APIInteractionResponse,
  InteractionType,
  MessageFlags,
  type RawFile,
  InteractionResponseType as Response,
  Routes,
} from 'discord.js';
import type { Clock } from '../../../../src/lib/clock.ts';
import type { ChatMessage, ChatReply, Form } from '../../../../src/slots/chat.ts';
import type { Api } from '../api.ts';
import { isDiscordError } from '../errors.ts';
import { allFiles, keepConfirms } from '../posts.ts';
import type { Records } from '../records.ts';
import { renderAnswer } from '../render/answer.ts';
import { modalOf } from '../render/modal.ts';
import { formButtonId } from './custom-id.ts';

/** Discord gives 3 s. A form must be the first answer, so the host gets this long before the plugin only says "wait", ms. */
const FIRST_ANSWER = 1_000;

export interface AnswerParts {
  /** So many wait for the host that everybody is told to wait first. */
  readonly inABurst: () => boolean;
  /** A first answer is on its way. Never rejects. */
  readonly acknowledging: (sent: Promise<unknown>) => void;
  /** Discord waits for the first answer. Otherwise it had one, or waited in vain, before this process dealt with it. */
  readonly isLive: boolean;
  readonly api: Api;
  readonly clock: Clock;
  readonly records: Records;
  /** When the private answer can't be given here any more. */
  readonly elsewhere: (message: ChatMessage) => Promise<void>;
}

/**
 * Waits for the host's reply and gives it privately. Acknowledges within 3 s whatever the host does; a form that comes later
 * is offered with a button. Never throws for an answer that comes too late for Discord: then it goes by direct message.
 */
export async function answerWith(
  parts: AnswerParts,
  interaction: APIInteraction,
  application: string,
  work: () => Promise<ChatReply>,
): Promise<void> {
  const { api } = parts;
  const quiet =
    interaction.type === InteractionType.MessageComponent ||
    (interaction.type === InteractionType.ModalSubmit && interaction.message !== undefined);
  const respond = (body: APIInteractionResponse): Promise<unknown> =>
    respondTo(api, interaction, body);
  let deferred: Promise<boolean> | null = null;
  const defer = (): Promise<boolean> => {
    const sent = respond(
      quiet
        ? { type: Response.DeferredMessageUpdate }
        : {
            type: Response.DeferredChannelMessageWithSource,
            data: { flags: MessageFlags.Ephemeral },
          },
    );
    deferred = sent.then(
      () => true,
      // An earlier process said so already.
      (error: unknown) => isDiscordError(error, 40060),
    );
    parts.acknowledging(deferred);
    return deferred;
  };
  const inTurn = async (): Promise<ChatReply> => {
    if (!parts.isLive) {
      await defer();
      return work();
    }
    if (parts.inABurst()) {
      await defer();
      return work();
    }
    const timer = parts.clock.after(FIRST_ANSWER, () => void defer());
    return work().finally(() => timer.cancel());
  };
  const reply = await inTurn();
  const late = deferred as Promise<boolean> | null;
  const message =
    reply.errors === undefined
      ? reply.whisper
      : wrongFields(parts.records, interaction, reply.errors);
  try {
    if (late === null) return await first(parts, interaction, reply.form, message, quiet);
    const shown =
      message ?? (reply.form === undefined ? undefined : offerForm(parts.records, reply.form));
    if (!(await late)) return shown === undefined ? undefined : await parts.elsewhere(shown);
    if (shown !== undefined) await afterwards(parts, interaction, application, shown, quiet);
    else if (!quiet)
      await api.delete(Routes.webhookMessage(application, interaction.token, '@original'), {
        auth: false,
      });
  } catch (error) {
    // A repeat after an answer that was lost: the first one stands.
    if (isDiscordError(error, 40060)) return;
    if (message === undefined) throw error;
    await parts.elsewhere(message);
  }
}

async function first(
  parts: AnswerParts,
  interaction: APIInteraction,
  form: Form | undefined,
  message: ChatMessage | undefined,
  quiet: boolean,
): Promise<void> {
  const { api, records } = parts;
  if (form !== undefined && interaction.type !== InteractionType.ModalSubmit) {
    records.keepForm(form.id, form);
    await respondTo(api, interaction, { type: Response.Modal, data: modalOf(form) });
    return;
  }
  const shown = message ?? (form === undefined ? undefined : offerForm(records, form));
  if (shown !== undefined) {
    const rendered = renderAnswer(shown);
    keepConfirms(records, rendered);
    const data = { ...rendered.body, flags: rendered.body.flags | MessageFlags.Ephemeral };
    await respondTo(
      api,
      interaction,
      { type: Response.ChannelMessageWithSource, data },
      await allFiles(rendered),
    );
  } else if (quiet) {
    await respondTo(api, interaction, { type: Response.DeferredMessageUpdate });
  } else {
    // A command must be answered with something; what it did is seen in the thread.
    await respondTo(api, interaction, {
      type: Response.ChannelMessageWithSource,
      data: { content: '✅', flags: MessageFlags.Ephemeral },
    });
  }
}

async function afterwards(
  parts: AnswerParts,
  interaction: APIInteraction,
  application: string,
  message: ChatMessage,
  quiet: boolean,
): Promise<void> {
  const rendered = renderAnswer(message);
  keepConfirms(parts.records, rendered);
  const files = await allFiles(rendered);
  if (quiet)
    await parts.api.post(Routes.webhook(application, interaction.token), {
      auth: false,
      files,
      body: { ...rendered.body, flags: rendered.body.flags | MessageFlags.Ephemeral },
    });
  else
    await parts.api.patch(Routes.webhookMessage(application, interaction.token, '@original'), {
      auth: false,
      files,
      body: rendered.body,
    });
}

export const respondTo = (
  api: Api,
  interaction: Pick<APIInteraction, 'id' | 'token'>,
  body: APIInteractionResponse,
  files: readonly RawFile[] = [],
): Promise<unknown> =>
  api.post(Routes.interactionCallback(interaction.id, interaction.token), {
    auth: false,
    body,
    files,
  });

/** A form that can't be shown at once waits behind a button. */
export function offerForm(records: Records, form: Form, said = form.title): ChatMessage {
  const stash = randomUUID().replaceAll('-', '').slice(0, 20);
  records.keepForm(stash, form);
  return {
    kind: 'post',
    text: said,
    blocks: [
      { type: 'text', text: said },
      {
        type: 'buttons',
        buttons: [{ id: formButtonId(stash), label: form.submit, style: 'primary' }],
      },
    ],
  };
}

/** Discord closes a form when it is sent; it opens again filled in. */
function wrongFields(
  records: Records,
  interaction: APIInteraction,
  errors: Readonly<Record<string, string>>,
): ChatMessage {
  const said = Object.values(errors).join('\n');
  if (interaction.type !== InteractionType.ModalSubmit)
    return { kind: 'post', text: said, blocks: [{ type: 'text', text: said }] };
  const form = records.form(interaction.data.custom_id);
  if (form === null) return { kind: 'post', text: said, blocks: [{ type: 'text', text: said }] };
  const values = modalValues(interaction.data.components);
  const fields = form.fields.map((field) =>
    values[field.id] === undefined ? field : { ...field, initial: values[field.id] ?? '' },
  );
  return offerForm(records, { ...form, fields, submit: form.submit }, said);
}

/** Values by field id; of a select the first one. Both shapes of Discord's forms are read. */
export function modalValues(components: readonly object[]): Readonly<Record<string, string>> {
  const fields = components.flatMap((each) => {
    const { component, components: inner } = each as {
      component?: object;
      components?: readonly object[];
    };
    return component === undefined ? (inner ?? []) : [component];
  });
  return Object.fromEntries(
    fields.flatMap((field) => {
      const {
        custom_id: id,
        value,
        values,
      } = (field ?? {}) as { custom_id?: string; value?: string; values?: readonly string[] };
      const text = value ?? values?.[0];
      return id === undefined || text === undefined ? [] : [[id, text] as const];
    }),
  );
}
