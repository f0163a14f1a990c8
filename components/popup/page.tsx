import { useTheme } from '../card/page.tsx';
import type { KnownSite } from '../options/page.tsx';
import { NoAnswer } from '../parts/no-answer.tsx';
import { languageOf, Speak } from '../words/words.tsx';
import { Popup, usePopup } from './popup.tsx';
import '../style/card.css';
import '../style/popup.css';
import '../style/queue.css';

export function PopupPage({ sites }: { sites: readonly KnownSite[] }) {
  const { status, outbox = [], failed, again, ...rest } = usePopup();
  const language = languageOf(status?.settings.language ?? 'auto', navigator.language);
  useTheme(status && { settings: { language, theme: status.settings.theme, opensByItself: false } });
  const here = sites.find(({ id }) => id === rest.scene?.site);
  return (
    <Speak language={language}>
      {status ? (
        <Popup status={status} outbox={outbox} {...(here && { origins: here.origins })} {...rest} />
      ) : (
        <NoAnswer failed={failed} onAgain={again} />
      )}
    </Speak>
  );
}
