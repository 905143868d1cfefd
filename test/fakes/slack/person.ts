import type { Json } from './block-kit.ts';
import type { Acked, FakeSlack } from './fake-slack.ts';
import { BOT_USER, type FakeMessage, TEAM } from './workspace.ts';

/** A person at their Slack: each thing they do changes the workspace, and Slack tells ao. */
export interface FakePerson {
  readonly id: string;
  types(channel: string, text: string, options?: { delivery?: string }): Promise<Acked>;
  /** A message; in a thread with `thread`. Resolves when Slack has the acks of every event of it. */
  says(
    channel: string,
    text: string,
    options?: {
      thread?: string;
      delivery?: string;
      files?: ReadonlyArray<{ name: string; content: string | Uint8Array }>;
    },
  ): Promise<FakeMessage>;
  edits(message: FakeMessage, text: string): Promise<void>;
  deletes(message: FakeMessage): Promise<void>;
  /** A button by its label or id, on a message or (null) on the Home tab. */
  presses(
    message: FakeMessage | null,
    label: string,
    options?: { delivery?: string; value?: string },
  ): Promise<Acked>;
  submits(
    values: Readonly<Record<string, string>>,
    options?: { delivery?: string },
  ): Promise<Acked>;
  usesShortcut(message: FakeMessage): Promise<Acked>;
  opensHome(): Promise<void>;
}

export function personAt(slack: FakeSlack, id: string): FakePerson {
  const { workspace } = slack;
  const team = workspace.users.get(id)?.team ?? TEAM;
  const typeOf = (channel: string): string => (channel.startsWith('D') ? 'im' : 'channel');

  const wire = (message: FakeMessage): Json => {
    const root =
      message.thread_ts === undefined ? null : workspace.find(message.channel, message.thread_ts);
    return {
      user: message.user,
      team,
      text: message.text,
      ts: message.ts,
      client_msg_id: message.ts,
      ...(message.thread_ts === undefined
        ? {}
        : { thread_ts: message.thread_ts, parent_user_id: root?.user ?? id }),
      ...(message.files.length === 0
        ? {}
        : {
            files: message.files.map((file) => ({
              id: file.id,
              name: file.name,
              mimetype: file.mimetype,
              size: file.content.length,
              mode: 'hosted',
            })),
          }),
    };
  };

  return {
    id,

    types: (channel, text, options = {}) => {
      const [name = '', ...rest] = text.split(' ');
      const trigger =
        options.delivery === undefined ? {} : { trigger: slack.trigger(id, options.delivery) };
      return slack.slash({ user: id, channel, name, text: rest.join(' '), team, ...trigger });
    },

    async says(channel, text, options = {}) {
      const files = (options.files ?? []).map(({ name, content }) => {
        const file = {
          id: workspace.nextId('F'),
          name,
          mimetype: name.endsWith('.png') ? 'image/png' : 'text/plain',
          content: Buffer.from(content),
        };
        workspace.files.set(file.id, file);
        return file;
      });
      const known =
        options.delivery === undefined
          ? undefined
          : workspace.messages.find(
              (message) =>
                message.user === id &&
                'delivery' in message &&
                message.delivery === options.delivery,
            );
      const message =
        known ??
        workspace.add({
          ts: workspace.nextTs(),
          channel,
          user: id,
          text: escaped(text),
          files,
          ...(options.thread === undefined ? {} : { thread_ts: options.thread }),
        });
      if (options.delivery !== undefined) Object.assign(message, { delivery: options.delivery });
      const subtype = files.length > 0 ? { subtype: 'file_share' } : {};
      const event = {
        type: 'message',
        channel,
        channel_type: typeOf(channel),
        event_ts: message.ts,
        ...subtype,
        ...wire(message),
      };
      // Slack tells of a mention twice, in no certain order.
      const mention = message.text.includes(`<@${BOT_USER}>`) && typeOf(channel) !== 'im';
      const told = [
        slack.event(event, options.delivery === undefined ? {} : { id: options.delivery }),
      ];
      if (mention) told.push(slack.event({ ...event, type: 'app_mention', subtype: undefined }));
      await Promise.all(told);
      return message;
    },

    async edits(message, text) {
      const before = wire(message);
      message.text = escaped(text);
      await slack.event({
        type: 'message',
        subtype: 'message_changed',
        hidden: true,
        channel: message.channel,
        channel_type: typeOf(message.channel),
        ts: workspace.nextTs(),
        message: {
          type: 'message',
          ...wire(message),
          edited: { user: id, ts: workspace.nextTs() },
        },
        previous_message: { type: 'message', ...before },
      });
    },

    async deletes(message) {
      const before = wire(message);
      message.deleted = true;
      await slack.event({
        type: 'message',
        subtype: 'message_deleted',
        hidden: true,
        channel: message.channel,
        channel_type: typeOf(message.channel),
        ts: workspace.nextTs(),
        deleted_ts: message.ts,
        previous_message: { type: 'message', ...before },
      });
    },

    presses(message, label, options = {}) {
      const blocks =
        message === null
          ? ((workspace.homes.get(id)?.blocks as Json[] | undefined) ?? [])
          : message.blocks;
      const control = controlsOf(blocks).find((one) => one.label === label || one.id === label);
      if (control === undefined)
        throw new Error(
          `There is no "${label}" to press; there are ${controlsOf(blocks)
            .map((one) => one.label)
            .join(', ')}`,
        );
      const action = {
        action_id: control.id,
        block_id: 'b',
        type: control.type,
        action_ts: workspace.nextTs(),
        ...(options.value === undefined
          ? {}
          : {
              selected_option: {
                value: options.value,
                text: { type: 'plain_text', text: options.value },
              },
            }),
      };
      const trigger =
        options.delivery === undefined ? {} : { trigger_id: slack.trigger(id, options.delivery) };
      const where =
        message === null
          ? { container: { type: 'view', view_id: 'V1' }, view: { type: 'home' } }
          : {
              container: {
                type: 'message',
                message_ts: message.ts,
                channel_id: message.channel,
                is_ephemeral: message.ephemeralFor !== undefined,
                ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
              },
              channel: { id: message.channel, name: 'dev' },
              ...(message.ephemeralFor === undefined
                ? {
                    message: {
                      type: 'message',
                      ts: message.ts,
                      user: message.user,
                      text: message.text,
                      ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
                    },
                  }
                : {}),
            };
      return slack.interactive({
        type: 'block_actions',
        user: { id, username: id, team_id: team },
        ...where,
        actions: [action],
        ...trigger,
      });
    },

    async submits(values, options = {}) {
      const view = workspace.forms.get(id);
      if (view === undefined) throw new Error('There is no form on the screen');
      const inputs = (view.blocks as Json[]).filter((block) => block.type === 'input');
      const state = Object.fromEntries(
        inputs.map((block) => {
          const field = String(block.block_id);
          const element = block.element as Json;
          const value = values[field];
          const given =
            element.type === 'static_select'
              ? { type: 'static_select', selected_option: value === undefined ? null : { value } }
              : { type: 'plain_text_input', value: value ?? null };
          return [field, { [String(element.action_id)]: given }];
        }),
      );
      for (const field of Object.keys(values))
        if (state[field] === undefined) throw new Error(`The form has no field ${field}`);
      const trigger =
        options.delivery === undefined ? {} : { trigger_id: slack.trigger(id, options.delivery) };
      const acked = await slack.interactive({
        type: 'view_submission',
        user: { id, username: id, team_id: team },
        view: { ...view, state: { values: state } },
        ...trigger,
      });
      if (acked.payload.response_action === undefined) workspace.forms.delete(id);
      return acked;
    },

    usesShortcut: (message) =>
      slack.interactive({
        type: 'message_action',
        callback_id: 'spawn_from_message',
        user: { id, username: id, team_id: team },
        channel: { id: message.channel, name: 'dev' },
        message_ts: message.ts,
        message: {
          type: 'message',
          user: message.user,
          ts: message.ts,
          text: message.text,
          ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
        },
      }),

    async opensHome() {
      await slack.event({
        type: 'app_home_opened',
        user: id,
        channel: workspace.directChannel(id).id,
        tab: 'home',
        event_ts: workspace.nextTs(),
      });
    },
  };
}

/** What the client does to typed text; a mention is written by it as `<@U…>`. */
const escaped = (text: string): string =>
  text
    .split(/(<@[A-Z0-9]+>)/)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    )
    .join('');

export interface Control {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly url: string | null;
}

export function controlsOf(blocks: readonly Json[]): readonly Control[] {
  const elements = blocks
    .filter((block) => block.type === 'actions')
    .flatMap((block) => block.elements as Json[]);
  return elements.map((element) => ({
    id: String(element.action_id),
    type: String(element.type),
    label: String(((element.text ?? element.placeholder) as Json).text),
    url: typeof element.url === 'string' ? element.url : null,
  }));
}
