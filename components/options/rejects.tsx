import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { useNow } from '../now.ts';
import { useTrouble } from '../trouble.ts';
import { useApi } from '../use-api.ts';
import { troubleWords } from '../words/refused.ts';
import { useWords } from '../words/words.tsx';

interface Reject {
  id: string;
  at: string;
  source: string;
  reason: string;
  said?: Said;
}

/** Events that could not be read, each with its reason. */
export function Rejects() {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const o = w.options;
  const now = useNow();
  const answer = useApi<{ items: Reject[]; next?: string }>({ route: 'ingestRejects' });
  return (
    <section className="section-gap">
      <h2>{o.rejects}</h2>
      <p>{o.rejectsText}</p>
      {answer.state === 'failed' && <p className="help wrong">{inWords(answer.trouble)}</p>}
      {answer.state === 'here' && !answer.value.items.length && <p className="second">{o.noRejects}</p>}
      {answer.state === 'here' && answer.value.items.length > 0 && (
        <table className="table tight">
          <thead>
            <tr>
              <th scope="col">{o.received}</th>
              <th scope="col">{o.source}</th>
              <th scope="col">{o.why}</th>
            </tr>
          </thead>
          <tbody>
            {answer.value.items.map((reject) => (
              <tr key={reject.id}>
                <td className="n">{f.moment(reject.at, now)}</td>
                <td>
                  <bdi>{reject.source}</bdi>
                </td>
                <td>
                  <bdi>{troubleWords({ sentence: reject.reason, said: reject.said }, w)}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
