import { Icon } from '../../icons.tsx';
import { StageEntry } from '../../parts/entry.tsx';
import { troubleWords } from '../../words/refused.ts';
import { useWords } from '../../words/words.tsx';
import type { DryRun } from './wire.ts';

/** How many of a kind are named. */
const shown = 8;

/** What a mapping would change. */
export function DryRunResult({ result }: { result: DryRun }) {
  const { w, f } = useWords();
  const c = w.crm;
  const { looked, of, stages, statuses = [], moves, owners, segments = [], problems, said = [], stageless = 0 } = result;
  const named = segments.filter(({ segment }) => segment !== undefined);
  const without = segments.find(({ segment }) => segment === undefined)?.people ?? 0;
  return (
    <section className="dry-run" aria-live="polite">
      <h3>{c.dryTitle}</h3>
      <p className="second">{of === undefined ? c.dryTextAlone(f.number(looked)) : c.dryText(f.number(looked), f.number(of))}</p>
      {problems.length > 0 && (
        <div className="said not-well">
          <Icon name="alert" />
          <div>
            <b>{c.problems}</b>
            <ul>
              {problems.map((one, i) => (
                <li key={one}>
                  <bdi>{troubleWords({ sentence: one, said: said[i] }, w)}</bdi>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <div className="two-tables">
        <table className="table tight">
          <thead>
            <tr>
              <th scope="col">{c.theyHave}</th>
              <th scope="col">{c.becomes}</th>
              <th scope="col" className="num">
                {c.people}
              </th>
            </tr>
          </thead>
          <Values values={stages} {...(statuses.length > 0 && { name: c.stage })} />
          {statuses.length > 0 && <Values values={statuses} name={c.status} />}
        </table>
        {moves.length > 0 ? (
          <table className="table tight">
            <thead>
              <tr>
                <th scope="col">{c.from}</th>
                <th scope="col">{c.to}</th>
                <th scope="col" className="num">
                  {c.people}
                </th>
              </tr>
            </thead>
            <tbody>
              {moves.map(({ from, to, people }) => (
                <tr key={`${from} ${to}`}>
                  <th scope="row" className={from ? undefined : 'quiet'}>
                    {from ? <StageEntry stage={from} word /> : c.isNew}
                  </th>
                  <td>
                    <StageEntry stage={to} word />
                  </td>
                  <td className="num">{f.number(people)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p className="second">{c.noMoves}</p>
        )}
      </div>
      {stageless > 0 && <p className="second">{c.stageless(stageless)}</p>}
      {segments.length > 0 && (
        <p className="second">
          {c.segments}:{' '}
          <bdi>
            {f.list([
              ...named.slice(0, shown).map(({ segment, people }) => `${segment} (${f.number(people)})`),
              ...(named.length > shown ? [c.segmentsMore(named.length - shown)] : []),
              ...(without > 0 ? [c.segmentless(f.number(without))] : []),
            ])}
          </bdi>
        </p>
      )}
      {owners.length > 0 && (
        <p className="second">
          {c.ownersMissing}: <bdi>{f.list(owners.slice(0, shown).map(({ email, people }) => `${email} (${f.number(people)})`))}</bdi>
        </p>
      )}
    </section>
  );
}

/** What people have in one field there, and what that becomes; named where there is another. */
function Values({ values, name }: { values: DryRun['stages']; name?: string }) {
  const { w, f } = useWords();
  const c = w.crm;
  return (
    <tbody>
      {name && (
        <tr>
          <th scope="rowgroup" colSpan={3}>
            {name}
          </th>
        </tr>
      )}
      {values.map(({ value, label, people, stage }) => (
        <tr key={value}>
          <th scope="row">
            <bdi>{label}</bdi>
          </th>
          <td className={stage ? undefined : 'quiet'}>{stage ? <StageEntry stage={stage} word /> : c.meansNothing}</td>
          <td className="num">{f.number(people)}</td>
        </tr>
      ))}
    </tbody>
  );
}
