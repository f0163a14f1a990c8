import type { previewRule } from '../../../lib/contract/routes/rules.ts';
import type { z } from '../../../lib/contract/z.ts';
import type { RuleBody } from '../../../lib/funnel/rule.ts';
import { Icon } from '../../icons.tsx';
import { useNow } from '../../now.ts';
import { StageEntry } from '../../parts/entry.tsx';
import { useTrouble } from '../../trouble.ts';
import { useApi } from '../../use-api.ts';
import { whyWords } from '../../words/why.ts';
import { useWords } from '../../words/words.tsx';

type Found = z.output<NonNullable<typeof previewRule.answer>>;
const months = 3;

/** Whom a rule would have handed over in the last 90 days, before it is on. */
export function Preview({ rule, name, onClose }: { rule: RuleBody; name?: string; onClose?: () => void }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const r = w.rules;
  const now = useNow();
  const answer = useApi<Found>({ route: 'previewRule', body: { rule } });
  return (
    <section className="section-gap preview" aria-live="polite">
      <div className="row">
        <h2 className="grow">{name === undefined ? r.previewHead : r.previewOf(name)}</h2>
        {onClose && (
          <button type="button" className="icon" aria-label={w.close} title={w.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {answer.state === 'waiting' && <p className="quiet late-words">{r.looking}</p>}
      {answer.state === 'failed' && (
        <p className="help wrong" role="alert">
          {inWords(answer.trouble)}
        </p>
      )}
      {answer.state === 'here' && (
        <>
          <p>
            <b>{r.found(answer.value.total)}</b>
          </p>
          <p className="second">
            {answer.value.total
              ? r.foundText(Math.max(1, Math.round(answer.value.total / months)), answer.value.alsoHandedOver, answer.value.total)
              : r.foundNone}
          </p>
          {answer.value.items.length > 0 && (
            <table className="table many">
              <thead>
                <tr>
                  <th scope="col">{r.person}</th>
                  <th scope="col">{r.when}</th>
                  <th scope="col">{r.why}</th>
                  <th scope="col">{r.inFact}</th>
                </tr>
              </thead>
              <tbody>
                {answer.value.items.map(({ lead, person, at, stage, score, why, segment, handedOverAt }) => (
                  <tr key={lead}>
                    <th scope="row">
                      <b className="cut" title={person.name}>
                        <bdi>{person.name}</bdi>
                      </b>
                      <small className="cut" title={[person.title, person.company].filter(Boolean).join(w.joint)}>
                        <bdi>{[person.title, person.company].filter(Boolean).join(w.joint)}</bdi>
                      </small>
                    </th>
                    <td className="second">
                      {f.moment(at, now)}
                      <small className="before">
                        <StageEntry stage={stage} />
                      </small>
                    </td>
                    <td className="second">
                      <bdi>{why.map((line) => whyWords(line, w)).join(w.joint)}</bdi>
                      <small className="before">
                        {[score !== undefined && r.points1(score), segment !== undefined && segment].filter(Boolean).join(w.joint)}
                      </small>
                    </td>
                    <td className="second">{handedOverAt ? r.laterOn(f.moment(handedOverAt, now)) : r.never}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {answer.value.total > answer.value.items.length && (
            <p className="help">{r.latest(answer.value.items.length, answer.value.total)}</p>
          )}
        </>
      )}
    </section>
  );
}
