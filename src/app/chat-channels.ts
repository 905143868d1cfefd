import type { Config } from '../config/schema/config.ts';

export interface PlatformChannel {
  readonly platform: string;
  readonly channel: string;
}

/** Chat platforms besides the web chat that are switched on. */
export const chatNames = (config: Config): readonly string[] =>
  Object.entries(config.chat).flatMap(([name, { plugin, enabled }]) =>
    enabled && (plugin ?? name) !== 'web' ? [name] : [],
  );

/** Where a project is shown on each platform: its own channel (`slack:C0123`), else the platform's `channel`; nowhere without either. */
export function channelsOf(config: Config, project: string): readonly PlatformChannel[] {
  return chatNames(config).flatMap((platform) => {
    const own = config.projects[project]?.channels
      .find((channel) => channel.startsWith(`${platform}:`))
      ?.slice(platform.length + 1);
    const common = config.chat[platform]?.channel;
    const channel = own ?? (typeof common === 'string' ? common : null);
    return channel === null ? [] : [{ platform, channel }];
  });
}

/** The project a channel is bound to, by its id on any platform; null when it is bound to none. */
export function projectOfChannel(config: Config, channel: string): string | null {
  const names = ['', ...chatNames(config).map((platform) => `${platform}:`)].map(
    (prefix) => prefix + channel,
  );
  return (
    Object.entries(config.projects).find(
      ([id, project]) => id === channel || project.channels.some((bound) => names.includes(bound)),
    )?.[0] ?? null
  );
}
