import { PanelPage } from '../../components/panel/page.tsx';
import { start } from '../shared/start.tsx';

start(<PanelPage />);
