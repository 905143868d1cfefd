/** `slack:T…:U…` to the user's own id; anything else is nobody of this workspace. */
export function userOf(subject: string, team: string): string | null {
  const [platform, home, user] = subject.split(':');
  return platform === 'slack' && home === team && user !== undefined && user !== '' ? user : null;
}

/** Milliseconds from a message's `ts`, which is seconds with a counter. */
export const timeOf = (ts: string): number => Math.round(Number(ts) * 1000);

export function permalink(url: string, channel: string, message: string, thread: string): string {
  const base = `${url.endsWith('/') ? url : `${url}/`}archives/${channel}/p${message.replace('.', '')}`;
  return message === thread ? base : `${base}?thread_ts=${thread}&cid=${channel}`;
}
