import type { Clock } from '../../../src/lib/clock.ts';
import type { Button, ChatMessage, ChatReply, Form } from '../../../src/slots/chat.ts';
import type { Logger } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { SlackApi } from './api.ts';
import { isSlackError } from './errors.ts';
import { allFiles } from './posts.ts';
import { formView } from './render/view.ts';
import { body, inWordsThatPass, type Written, writtenFor } from './words.ts';

/** Where one person's private answer goes. */
export interface AnswerPlace {
  readonly user: string;
  /** A user's id stands for the direct messages with them (Home tab). */
  readonly channel: string;
  readonly thread: string | null;
  /** Lives 30 min and takes 5 answers; works in channels ao is not in, but not inside threads. */
  readonly responseUrl: string | null;
  /** Opens a form for 3 s. */
  readonly trigger: string | null;
}

export interface Answers {
  give(reply: ChatReply, place: AnswerPlace): Promise<void>;
  whisper(message: ChatMessage, place: AnswerPlace): Promise<void>;
}

const RESPONSE_TIMEOUT = 10_000;

export function createAnswers({
  api,
  clock,
  logger,
}: {
  api: SlackApi;
  clock: Clock;
  logger: Logger;
}): Answers {
  const whisper = async (message: ChatMessage, place: AnswerPlace): Promise<void> => {
    const written = writtenFor(message);
    const direct = /^[DU]/.test(place.channel);
    const sent =
      place.responseUrl !== null &&
      place.thread === null &&
      !direct &&
      (await respond(place.responseUrl, written));
    if (!sent) {
      if (direct) await say(place.channel, place.thread, written);
      else await ephemeral(place, written);
    }
    // An ephemeral message can't carry files.
    const files = await allFiles(written.whole);
    if (files.length > 0)
      await api.upload(
        {
          channel:
            direct && place.channel.startsWith('D')
              ? place.channel
              : await directChannel(place.user),
          thread: null,
        },
        files,
      );
  };

  const say = async (channel: string, thread: string | null, written: Written): Promise<void> => {
    const to = channel.startsWith('U') ? await directChannel(channel) : channel;
    await inWordsThatPass(written, (said) =>
      api.callPatiently('answer', 'chat.postMessage', {
        channel: to,
        ...(thread === null ? {} : { thread_ts: thread }),
        ...said,
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
  };

  const ephemeral = async (place: AnswerPlace, written: Written): Promise<void> => {
    try {
      await inWordsThatPass(written, (said) =>
        api.callPatiently('answer', 'chat.postEphemeral', {
          channel: place.channel,
          user: place.user,
          ...(place.thread === null ? {} : { thread_ts: place.thread }),
          ...said,
        }),
      );
    } catch (error) {
      if (!(error instanceof PluginError) || error.kind === 'transient' || error.kind === 'auth')
        throw error;
      await say(await directChannel(place.user), null, written);
    }
  };

  const directChannel = async (user: string): Promise<string> => {
    const { channel } = (await api.callPatiently('answer', 'conversations.open', {
      users: user,
    })) as { channel: { id: string } };
    return channel.id;
  };

  /** False where the answer has to go another way; what is refused for how it is written does too. */
  const respond = async (url: string, { whole }: Written): Promise<boolean> => {
    const message = { response_type: 'ephemeral', replace_original: false, ...body(whole) };
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        redirect: 'error',
        signal: AbortSignal.timeout(RESPONSE_TIMEOUT),
      });
      return response.ok;
    } catch (error) {
      logger.debug({ err: error }, 'response_url did not take the answer');
      return false;
    }
  };

  const open = async (form: Form, place: AnswerPlace): Promise<void> => {
    if (place.trigger !== null) {
      try {
        await api.call('answer', 'views.open', {
          trigger_id: place.trigger,
          view: formView(form, { channel: place.channel, thread: place.thread }),
        });
        return;
      } catch (error) {
        if (
          !isSlackError(
            error,
            'expired_trigger_id',
            'invalid_trigger_id',
            'exchanged_trigger_id',
            'trigger_expired',
            'trigger_exchanged',
          ) &&
          !(error instanceof PluginError && error.kind === 'transient')
        )
          throw error;
        logger.debug(
          { at: clock.now(), err: error },
          'the form came too late and is offered by a button',
        );
      }
    }
    await whisper(formOffer(form), place);
  };

  return {
    whisper,
    async give(reply, place) {
      if (reply.form !== undefined) await open(reply.form, place);
      if (reply.whisper !== undefined) await whisper(reply.whisper, place);
    },
  };
}

/** Slack opens forms only at a click or a slash command; a form's id is a button's too. */
function formOffer(form: Form): ChatMessage {
  const button: Button = { id: form.id, label: form.title, style: 'primary' };
  return { text: form.title, kind: 'post', blocks: [{ type: 'buttons', buttons: [button] }] };
}
