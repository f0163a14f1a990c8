import { Icon } from '../../icons.tsx';
import { useWords } from '../../words/words.tsx';
import { findingWords } from './say.ts';
import type { Finding } from './wire.ts';

/** What the credentials allow, in words; what is missing says what will not be there. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const { w } = useWords();
  const c = w.crm;
  return (
    <section>
      <h3>{c.checked}</h3>
      <ul className="findings">
        {findings
          .map((one) => ({ ...one, ...findingWords(one, w) }))
          .map(({ right, what, ok, sentence }) => (
            <li key={right ?? what} className={ok ? 'well-of' : 'not-well'}>
              <Icon name={ok ? 'check' : 'alert'} />
              <b>{what}</b>
              <span className="second">
                <span className="unseen">{ok ? c.yes : c.no}: </span>
                <bdi>{sentence}</bdi>
              </span>
            </li>
          ))}
      </ul>
    </section>
  );
}
