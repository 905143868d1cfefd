import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const NEAR = 48;

/**
 * Where a list is scrolled to: at its end while the reader is there, else where they read. What is put in before that (earlier
 * messages) moves nothing on screen. `first` and `last` change with the first and the last line.
 */
export function useScrollPlace(list: { key: string; first: string | undefined; last: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  /** How far the end was below the reader before the last change, px. */
  const fromEnd = useRef(0);
  const toEnd = (): void => {
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
  };
  useLayoutEffect(toEnd, [list.key]);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && !atEnd) box.scrollTop = box.scrollHeight - fromEnd.current;
  }, [list.first]);
  useLayoutEffect(() => {
    if (atEnd) toEnd();
  }, [list.last]);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box) fromEnd.current = box.scrollHeight - box.scrollTop;
  });
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const look = (): void => {
      fromEnd.current = box.scrollHeight - box.scrollTop;
      setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR);
    };
    box.addEventListener('scroll', look, { passive: true });
    return () => box.removeEventListener('scroll', look);
  }, []);
  return { scroller, atEnd, toEnd };
}
