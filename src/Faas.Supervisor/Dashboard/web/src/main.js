import { startLive } from './lib/live.js';
import { startRouter } from './lib/router.js';
import { startTheme } from './lib/theme.js';
import { forget, token } from './lib/token.js';
import { editorPage } from './editor/page.js';
import { functionsPage } from './functions/page.js';
import { overviewPage } from './overview/page.js';

startTheme(document.getElementById('theme'));

const connection = document.getElementById('connection');
const signOut = document.getElementById('sign-out');
signOut.addEventListener('click', () => {
  forget();
  location.reload();
});
startLive((state, reason) => {
  connection.dataset.state = state;
  connection.textContent = state;
  connection.title = reason ?? '';
  signOut.hidden = !token();
});

startRouter(document.getElementById('main'), { overview: overviewPage, functions: functionsPage, editor: editorPage });

// The editor's code, while nothing else is to do.
(window.requestIdleCallback ?? setTimeout)(() => import('./editor/code.js'));
