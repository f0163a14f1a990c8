import { useState } from 'react';
import { Icon } from '../icons.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { useAsked } from '../use-asked.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { SectionHead } from './page.tsx';

export function DiagnosisSection() {
  const { w } = useWords();
  const o = w.options;
  const { copy } = useWorld();
  const { value, again } = useAsked('diagnosis', ['connection', 'outbox', 'settings']);
  const [copied, setCopied] = useState(false);
  return (
    <>
      <SectionHead title={o.diagnosis} text={o.diagnosisText} />
      <Scrolls label={o.diagnosis}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{o.what}</th>
              <th scope="col">{o.now}</th>
              <th scope="col">{o.meaning}</th>
            </tr>
          </thead>
          <tbody>
            {value?.rows.map((row) => (
              <tr key={`${row.what} ${row.now}`} className={row.ok ? undefined : 'not-well'}>
                <th scope="row">
                  <span className="row">
                    <Icon name={row.ok ? 'check' : 'alert'} />
                    <b>{row.what}</b>
                  </span>
                </th>
                <td>{row.now}</td>
                <td className="second">{row.means}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
      <div className="row diagnosis-acts">
        <button type="button" className="btn" disabled={!value} onClick={() => value && void copy(value.text).then(() => setCopied(true))}>
          <Icon name={copied ? 'check' : 'copy'} />
          {copied ? w.copied : o.copyDiagnosis}
        </button>
        <button
          type="button"
          className="btn plain"
          onClick={() => {
            setCopied(false);
            again();
          }}
        >
          {o.checkAgain}
        </button>
      </div>
      {value && <pre className="well">{value.text}</pre>}
    </>
  );
}
