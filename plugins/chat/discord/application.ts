import { type APIApplication, ApplicationFlags, Routes } from 'discord.js';
import type { Api } from './api.ts';

/** The bot itself, asked once. */
export interface Application {
  readonly id: string;
  /** User id of the bot. */
  readonly user: string;
  readonly name: string;
  /** Discord hands the text of messages to this bot. */
  readonly messageContent: boolean;
}

export async function readApplication(api: Api): Promise<Application> {
  const me = await api.get<APIApplication>(Routes.currentApplication());
  const flags = me.flags ?? 0;
  return {
    id: me.id,
    user: me.bot?.id ?? me.id,
    name: me.bot?.username ?? me.name,
    messageContent:
      (flags &
        (ApplicationFlags.GatewayMessageContent |
          ApplicationFlags.GatewayMessageContentLimited)) !==
      0,
  };
}

/** Asked at first use and kept; a failure is asked again. */
export function createApplication(api: Api): () => Promise<Application> {
  let asked: Promise<Application> | null = null;
  return () => {
    asked ??= readApplication(api).catch((error: unknown) => {
      asked = null;
      throw error;
    });
    return asked;
  };
}
