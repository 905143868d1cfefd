/** Shown when the server doesn't know this browser. */
export function LockedView() {
  return (
    <div class="locked">
      <div class="locked-card">
        <span class="brand-mark" aria-hidden="true">
          ao
        </span>
        <h1>This browser isn't signed in</h1>
        <p>The web chat opens only with its own link.</p>
        <ul>
          <li>
            Open the address that <code>npm start</code> printed. It contains a one-time link.
          </li>
          <li>
            Or run <code>ao open</code> on the machine where ao runs.
          </li>
        </ul>
        <button type="button" class="button primary" onClick={() => location.reload()}>
          Try again
        </button>
      </div>
    </div>
  );
}
