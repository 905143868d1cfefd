import { useEffect, useState } from 'preact/hooks';

/** As in phone.css: a session covers the list. */
const NARROW = '(max-width: 1100px)';

/** Whether a session is all that is on screen, and follows when the window changes. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const look = (): void => setNarrow(media.matches);
    media.addEventListener('change', look);
    return () => media.removeEventListener('change', look);
  }, []);
  return narrow;
}
