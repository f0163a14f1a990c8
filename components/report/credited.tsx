import { attributionModels } from '../../lib/funnel/words.ts';
import { Failed, Shapes } from '../parts/answering.tsx';
import { Staged } from '../parts/entry.tsx';
import { useApi } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import type { CampaignsAnswer } from './campaigns.tsx';
import { FigureTable } from './figures.tsx';
import { Pick } from './pick.tsx';
import { Renewing } from './renewing.tsx';
import type { View } from './view.ts';

/** What came in the period, shared over the campaigns that led to it. Asked for by itself, so that nothing waits for it. */
export function Credited(props: { query: Record<string, string>; view: View; onChange: (change: Partial<View>) => void }) {
  const { query, view, onChange } = props;
  const { w, f } = useWords();
  const r = w.report;
  const attribution = view.attribution ?? 'position';
  const answer = useApi<CampaignsAnswer>({ route: 'campaignsReport', query: { ...query, attribution } });
  const points = (n: number) => f.number(Math.round(n * 10) / 10);
  return (
    <section className="below">
      <h2>{r.credited}</h2>
      <p className="second">
        <Staged stage="sql" text={r.creditedText} />
      </p>
      <div className="filters">
        <Pick
          label={r.attribution}
          value={attribution}
          items={attributionModels.map((value) => ({ value, label: r.models[value] }))}
          onPick={(value) => onChange({ attribution: value === 'position' ? undefined : value })}
        />
      </div>
      {answer.state === 'waiting' ? (
        <Shapes />
      ) : answer.state === 'failed' ? (
        <Failed trouble={answer.trouble} onAgain={answer.again} />
      ) : (
        <Renewing on={answer.renewing}>
          <FigureTable
            label={r.credited}
            columns={[
              { head: r.campaign },
              { head: r.accepted, num: true },
              { head: w.stage.sql, stage: 'sql', num: true },
              { head: w.stage.opportunity, stage: 'opportunity', num: true },
              { head: w.stage.customer, stage: 'customer', num: true },
            ]}
            rows={[...answer.value.items]
              .sort((a, b) => (b.credited?.sql ?? 0) - (a.credited?.sql ?? 0))
              .map(({ campaign, credited }) => ({
                key: campaign.id,
                cells: [
                  <bdi key={campaign.id}>{campaign.name}</bdi>,
                  ...(['accepted', 'sql', 'opportunity', 'customer'] as const).map((outcome) => points(credited?.[outcome] ?? 0)),
                ],
              }))}
          />
        </Renewing>
      )}
    </section>
  );
}
