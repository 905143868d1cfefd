const REMEMBERED = 1_000;

/**
 * Runs `send` once per key while the bot runs; a try that failed doesn't count. One-way channels can't be asked what they got, so this is
 * what keeps a repetition after a lost answer from being a second message. One that is still under way is waited for: who asks again has
 * only lost patience with it.
 */
export function oncePerKey(): (key: string, send: () => Promise<void>) => Promise<void> {
  const sent = new Set<string>();
  const underWay = new Map<string, Promise<void>>();
  const sendNow = async (key: string, send: () => Promise<void>): Promise<void> => {
    await send();
    sent.add(key);
    // Oldest first: a repeat comes soon after the first try or never.
    if (sent.size > REMEMBERED) for (const oldest of sent) return void sent.delete(oldest);
  };
  return async (key, send) => {
    if (sent.has(key)) return;
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const started = sendNow(key, send).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}
