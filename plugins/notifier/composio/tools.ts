import type { Notification } from '../../../src/slots/notifier.ts';
import { bodyLines, clipped, oneLine } from '../../shared/notifier/plain-lines.ts';

/** A tool of Composio's and what it is given. */
export interface ToolCall {
  readonly slug: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface ToolSettings {
  readonly app?: 'slack' | 'discord' | 'gmail' | undefined;
  readonly channel?: string | undefined;
  readonly emailTo?: string | undefined;
  readonly tool?: string | undefined;
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
}

/** Less than the least any of the apps takes (Discord: 2,000 characters). */
const LONGEST = 1_800;

/** The call that tells a message: of the app, or of the configured tool with the message's parts in the place of `{{title}}`, `{{text}}` and the like. */
export function toolCall(settings: ToolSettings, message: Notification): ToolCall {
  const title = oneLine(message.title);
  const body = clipped(bodyLines(message).join('\n'), LONGEST);
  const text = `${title}\n${body}`;
  if (settings.tool !== undefined) {
    const parts: Readonly<Record<string, string>> = {
      title,
      text: body,
      message: text,
      project: message.project,
      session: message.session ?? '',
      url: message.url ?? '',
    };
    return { slug: settings.tool, arguments: filled(settings.arguments ?? {}, parts) };
  }
  switch (settings.app ?? 'slack') {
    case 'slack':
      return { slug: 'SLACK_SEND_MESSAGE', arguments: { channel: settings.channel, text } };
    case 'discord':
      return {
        slug: 'DISCORDBOT_CREATE_MESSAGE',
        arguments: { channel_id: settings.channel, content: text },
      };
    case 'gmail':
      return {
        slug: 'GMAIL_SEND_EMAIL',
        arguments: { recipient_email: settings.emailTo, subject: title, body },
      };
  }
}

const PART = /\{\{(\w+)\}\}/g;

function filled(
  values: Readonly<Record<string, unknown>>,
  parts: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(PART, (whole, name: string) =>
        Object.hasOwn(parts, name) ? (parts[name] ?? '') : whole,
      );
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value === 'object' && value !== null)
      return filled(value as Readonly<Record<string, unknown>>, parts);
    return value;
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(value)]));
}
