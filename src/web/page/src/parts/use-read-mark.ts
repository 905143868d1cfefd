import { useEffect, useRef } from 'preact/hooks';
import type { StoredMessage } from '../../../../slots/message-store.ts';
import { useModel } from './context.ts';

/**
 * What is new in a channel or thread since it was last looked at in this browser. `firstNew`: id of the message the mark goes above;
 * it stays while the place is open. `below`: how many have come since the reader scrolled away from the end.
 */
export function useReadMark(
  key: string,
  messages: readonly StoredMessage[],
  atEnd: boolean,
): { readonly firstNew: string | null; readonly below: number } {
  const me = useModel().me.value?.subject;
  const name = `ao:read:${key}`;
  const opened = useRef({ key: '', at: 0 });
  if (opened.current.key !== key)
    opened.current = { key, at: Number(localStorage.getItem(name) ?? 0) };
  const newest = messages.at(-1)?.at ?? 0;
  const read = Number(localStorage.getItem(name) ?? 0);
  const seesEnd = atEnd && document.visibilityState === 'visible';
  useEffect(() => {
    if (seesEnd && newest > read) localStorage.setItem(name, String(newest));
  }, [seesEnd, newest, name]);
  const isNews = (message: StoredMessage, since: number): boolean =>
    since > 0 && message.at > since && message.author.subject !== me;
  return {
    firstNew: messages.find((message) => isNews(message, opened.current.at))?.id ?? null,
    below: seesEnd ? 0 : messages.filter((message) => isNews(message, read)).length,
  };
}
