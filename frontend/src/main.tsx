import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-ext-400.css';
import '@fontsource/jetbrains-mono/greek-400.css';
import '@fontsource/jetbrains-mono/latin-700.css';
import './styles/all.css';
import { render } from 'preact';
import { boot } from './boot';
import { Landing } from './pages/Landing';
import { Share } from './pages/Share';
import { WorkspacePage } from './pages/WorkspacePage';
import { Workspaces } from './pages/Workspaces';
import { listen } from './shell/keys';
import './shell/missing';
import './shell/theme';
import './workspace/arriving';

const PAGES = { landing: Landing, workspaces: Workspaces, workspace: WorkspacePage, share: Share };

const Page = PAGES[boot.page];
if (boot.page !== 'workspaces') listen();
const place = document.getElementById('app')!;
place.replaceChildren(); // what it said while this was on its way
render(<Page />, place);
