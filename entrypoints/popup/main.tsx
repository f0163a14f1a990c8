import { PopupPage } from '../../components/popup/page.tsx';
import { knownSites } from '../shared/sites.ts';
import { start } from '../shared/start.tsx';

start(<PopupPage sites={knownSites} />);
