import { useTheme } from '../card/page.tsx';
import { languageOf, Speak } from '../words/words.tsx';
import { Popup, usePopup } from './popup.tsx';
import '../style/card.css';
import '../style/popup.css';

export function PopupPage() {
  const { status, outbox = [], ...rest } = usePopup();
  const language = languageOf(status?.settings.language ?? 'auto', navigator.language);
  useTheme(status && { settings: { language, theme: status.settings.theme, opensByItself: false } });
  if (!status) return null;
  return (
    <Speak language={language}>
      <Popup status={status} outbox={outbox} {...rest} />
    </Speak>
  );
}
