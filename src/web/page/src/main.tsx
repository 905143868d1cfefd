import { render } from 'preact';
import { App } from './app.tsx';
import { createApi } from './live/api.ts';
import { createModel } from './live/model.ts';
import { takeKey } from './live/page-key.ts';
import { parseRoute } from './live/route.ts';
import { startShortcuts } from './live/shortcuts.ts';
import { startSync } from './live/sync.ts';
import { createTheme } from './live/theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/messages.css';
import './styles/views.css';
import './styles/session.css';
import './styles/phone.css';

const TICK = 10_000;

// Before anything reads the address or asks the server.
takeKey();

const theme = createTheme();
const model = createModel(
  createApi(() => {
    model.locked.value = true;
  }),
);
addEventListener('hashchange', () => {
  model.route.value = parseRoute(location.hash);
});
setInterval(() => {
  model.now.value = Date.now();
}, TICK);
startShortcuts(model);
startSync(model);

const root = document.getElementById('app');
if (root) render(<App model={model} theme={theme} />, root);
