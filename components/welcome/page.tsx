import { useEffect, useState } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import { useTheme } from '../card/page.tsx';
import { Mark } from '../icons.tsx';
import type { KnownSite } from '../options/page.tsx';
import { NoAnswer } from '../parts/no-answer.tsx';
import { useAsked } from '../use-asked.ts';
import { languageOf, Speak, useWords } from '../words/words.tsx';
import { Connect } from './connect.tsx';
import { Done } from './done.tsx';
import { ChooseSites } from './sites.tsx';
import '../style/page.css';

export type Step = 1 | 2 | 3;

export function WelcomePage({ sites }: { sites: readonly KnownSite[] }) {
  const { value: status, failed, again } = useAsked('status', ['connection', 'settings']);
  const language = languageOf(status?.settings.language ?? 'auto', navigator.language);
  useTheme(status && { settings: { language, theme: status.settings.theme, opensByItself: false } });
  return (
    <Speak language={language}>{status ? <Welcome status={status} sites={sites} /> : <NoAnswer failed={failed} onAgain={again} />}</Speak>
  );
}

/** Connect, choose sites, done: three steps, each with one button. */
export function Welcome({ status, sites, first }: { status: Status; sites: readonly KnownSite[]; first?: Step }) {
  const { w } = useWords();
  const connected = status.connection.state !== 'not-connected' && status.connection.state !== 'signed-out';
  const [step, setStep] = useState<Step>(first ?? (connected ? 2 : 1));
  useEffect(() => {
    document.title = w.card.label;
  }, [w]);
  return (
    <main className="welcome">
      <div className="step">
        <header className="row steps">
          <span className="accent">
            <Mark />
          </span>
          <span className="strong grow">{w.card.label}</span>
          <span className="row bars" aria-hidden="true">
            {([1, 2, 3] as const).map((n) => (
              <i key={n} className={n <= step ? 'on' : undefined} />
            ))}
          </span>
          <span className="quiet t12 n">{w.welcome.step(step)}</span>
        </header>
        {step === 1 && <Connect status={status} onConnected={() => setStep(2)} />}
        {step === 2 && <ChooseSites status={status} sites={sites} onDone={() => setStep(3)} />}
        {step === 3 && <Done status={status} sites={sites} onChange={() => setStep(2)} />}
      </div>
    </main>
  );
}
