import { rm } from 'node:fs/promises';
import { isGone } from './containers.ts';
import { type Making, ownFolder } from './create-container.ts';
import type { Terminals } from './terminals.ts';

/** Asks its program to end, then ends it, and removes the container with what was its own. Not an error when it is gone. */
export async function killContainer(
  { engine, containers, context }: Making,
  terminals: Terminals,
  it: { readonly session: string; readonly container: string; readonly graceMs: number },
): Promise<void> {
  const { session, container, graceMs } = it;
  const seconds = Math.ceil(graceMs / 1000);
  await engine
    .call('POST', `/containers/${container}/stop?t=${seconds}`, undefined, {
      timeoutMs: graceMs + 20_000,
    })
    .catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  await containers.remove(container);
  // A later launch may have taken the session's name meanwhile.
  const others = await containers.list();
  if (others.some((one) => containers.sessionOf(one) === session)) return;
  await terminals.close(session);
  await rm(ownFolder(context, session), { recursive: true, force: true });
}
