import { CardPage } from '../../components/card/page.tsx';
import { start } from '../shared/start.tsx';

start(<CardPage />);
