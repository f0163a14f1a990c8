import { ReportPage } from '../../components/report/page.tsx';
import { start } from '../shared/start.tsx';

start(<ReportPage />);
