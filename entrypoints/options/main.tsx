import { OptionsPage } from '../../components/options/page.tsx';
import { knownSites } from '../shared/sites.ts';
import { start } from '../shared/start.tsx';

start(<OptionsPage sites={knownSites} />);
