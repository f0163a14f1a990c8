import { WelcomePage } from '../../components/welcome/page.tsx';
import { knownSites } from '../shared/sites.ts';
import { start } from '../shared/start.tsx';

start(<WelcomePage sites={knownSites} />);
