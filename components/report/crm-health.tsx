import type { crmHealthReport } from '../../lib/contract/routes/reports-crm-health.ts';
import type { z } from '../../lib/contract/z.ts';
import { useNow } from '../now.ts';
import { troubleWords } from '../words/refused.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { FigureTable, SharePlot } from './figures.tsx';
import { ReportFrame, type ReportProps } from './frame.tsx';
import { ShareCell } from './share.tsx';

type Answer = z.output<typeof crmHealthReport.answer>;
type Row = Answer['items'][number];

/** Whether what sales decided reaches the CRMs: what was written, what never is, what was refused. */
export function CrmHealthReport(props: ReportProps) {
  const { w, f } = useWords();
  const h = w.crm.health;
  const { openPage } = useWorld();
  return (
    <ReportFrame<Answer>
      {...props}
      page="crm-health"
      route="crmHealthReport"
      text={h.text}
      by={['compare']}
      isEmpty={({ items }) => items.length === 0}
      empty={
        <>
          <h2>{w.crm.none}</h2>
          <p className="second">{w.crm.health.noneText}</p>
          <button type="button" className="btn" onClick={() => openPage('options', 'sources')}>
            {w.crm.health.toSources}
          </button>
        </>
      }
    >
      {({ items }) => (
        <>
          <SharePlot
            title={h.written}
            rows={items.map(({ source, written, before }) => ({
              name: source.name,
              share: written,
              ...(before && { before: before.written }),
            }))}
          />
          <FigureTable
            label={w.report.nav['crm-health']}
            columns={[
              { head: w.crm.source },
              { head: h.decided, num: true },
              { head: h.written },
              { head: w.crm.waiting, num: true },
              { head: w.crm.refused, num: true },
              { head: h.givenUp, num: true },
              { head: h.median, num: true },
            ]}
            rows={items.map(({ source, acts, written, waiting, refused, givenUp, medianMinutes, before }) => ({
              key: source.id,
              cells: [
                <bdi key={source.id}>{source.name}</bdi>,
                f.number(acts),
                <ShareCell key={source.id} share={written} before={before?.written} />,
                f.number(waiting),
                f.number(refused),
                f.number(givenUp),
                medianMinutes === undefined
                  ? '–'
                  : medianMinutes < 1
                    ? `<\u00a0${f.number(1)}`
                    : f.number(Math.round(medianMinutes * 10) / 10),
              ],
            }))}
          />
          {items.map((item) => (
            <OfSource key={item.source.id} item={item} />
          ))}
        </>
      )}
    </ReportFrame>
  );
}

function OfSource({ item }: { item: Row }) {
  const { w, f } = useWords();
  const h = w.crm.health;
  const now = useNow();
  const { source, people, fields, refusals, kept, unread = [] } = item;
  const nameOf = ({ field, label }: { field: string; label?: string | undefined }) => label ?? w.written(field);
  const never = fields.filter(({ times }) => times === 0);
  const names = (leads: { name: string }[], n: number) =>
    // Each name runs its own way.
    f.list(leads.map(({ name }) => `\u2068${name}\u2069`)) + (n > leads.length ? `, +${f.number(n - leads.length)}` : '');
  return (
    <section className="below of-crm">
      <h2>
        <bdi>{source.name}</bdi>
      </h2>
      {people.withoutStage > 0 && <p className="second">{h.withoutStage(f.number(people.withoutStage), f.number(people.known))}</p>}
      <h3>{h.fieldsNever}</h3>
      {never.length > 0 ? (
        <>
          <p>
            <bdi>{f.list(never.map(nameOf))}</bdi>
          </p>
          <p className="help">{h.fieldsNeverText}</p>
        </>
      ) : (
        <p className="second">{fields.length > 0 ? h.allWritten : h.noFields}</p>
      )}
      {fields.length > never.length && (
        <>
          <h3>{h.fields}</h3>
          <FigureTable
            label={h.fields}
            columns={[{ head: h.field }, { head: h.times, num: true }, { head: h.last, num: true }]}
            rows={fields
              .filter(({ times }) => times > 0)
              .map(({ field, label, times, last }) => ({
                key: field,
                cells: [<bdi key={field}>{nameOf({ field, label })}</bdi>, f.number(times), last ? f.moment(last, now) : '–'],
              }))}
          />
        </>
      )}
      <h3>{h.refusals}</h3>
      {refusals.length > 0 ? (
        <FigureTable
          label={h.refusals}
          columns={[{ head: h.words }, { head: w.crm.refused, num: true }, { head: h.last, num: true }, { head: h.leads }]}
          rows={refusals.map(({ sentence, said, n, last, leads }) => ({
            key: sentence,
            cells: [
              <bdi key={sentence}>{troubleWords({ sentence, ...(said && { said }) }, w)}</bdi>,
              f.number(n),
              f.moment(last, now),
              <bdi key={sentence}>{names(leads, n)}</bdi>,
            ],
          }))}
        />
      ) : (
        <p className="second">{h.refusalsNone}</p>
      )}
      {kept.length > 0 && (
        <>
          <h3>{h.kept}</h3>
          <p className="help">{h.keptText}</p>
          <FigureTable
            label={h.kept}
            columns={[{ head: h.field }, { head: h.times, num: true }, { head: h.leads }]}
            rows={kept.map(({ field, label, n, leads }) => ({
              key: field,
              cells: [<bdi key={field}>{nameOf({ field, label })}</bdi>, f.number(n), <bdi key={field}>{names(leads, n)}</bdi>],
            }))}
          />
        </>
      )}
      {unread.length > 0 && (
        <>
          <h3>{h.unread}</h3>
          <p className="help">{h.unreadText}</p>
          <FigureTable
            label={h.unread}
            columns={[{ head: h.value }, { head: h.field }, { head: w.crm.people, num: true }, { head: h.last, num: true }]}
            rows={unread.map(({ field, label, value, valueLabel, people: n, last }) => ({
              key: `${field} ${value}`,
              cells: [
                <bdi key={value}>{valueLabel ?? value}</bdi>,
                <bdi key={field}>{nameOf({ field, label })}</bdi>,
                f.number(n),
                f.moment(last, now),
              ],
            }))}
          />
        </>
      )}
    </section>
  );
}
