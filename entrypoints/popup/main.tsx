import { PopupPage } from '../../components/popup/page.tsx';
import { start } from '../shared/start.tsx';

start(<PopupPage />);
