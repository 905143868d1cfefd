import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A part of the page whose code is loaded when it is looked at. */
export function lazy<Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [failed, setFailed] = useState(false);
    const [, setHere] = useState(loaded !== null);
    const fetch = (): void =>
      void load().then(
        (part) => {
          loaded = part.default;
          setHere(true);
        },
        () => setFailed(true),
      );
    useEffect(() => {
      if (loaded === null) fetch();
    }, []);
    const Part = loaded;
    if (Part !== null) return <Part {...props} />;
    if (!failed) return <div class="empty">Loading…</div>;
    return (
      <div class="empty">
        <p>
          This part of the page could not be loaded. ao may be restarting, or is another version
          now.
        </p>
        <button type="button" class="button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    );
  };
}
