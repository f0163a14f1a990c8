import { useTheme } from '../card/page.tsx';
import { NoAnswer } from '../parts/no-answer.tsx';
import { languageOf, Speak } from '../words/words.tsx';
import { Popup, usePopup } from './popup.tsx';
import '../style/card.css';
import '../style/popup.css';
import '../style/queue.css';

export function PopupPage() {
  const { status, outbox = [], failed, again, ...rest } = usePopup();
  const language = languageOf(status?.settings.language ?? 'auto', navigator.language);
  useTheme(status && { settings: { language, theme: status.settings.theme, opensByItself: false } });
  return (
    <Speak language={language}>
      {status ? <Popup status={status} outbox={outbox} {...rest} /> : <NoAnswer failed={failed} onAgain={again} />}
    </Speak>
  );
}
