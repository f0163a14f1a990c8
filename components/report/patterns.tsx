import { SaidEntry } from '../parts/entry.tsx';
import { useWords } from '../words/words.tsx';
import type { PatternsAnswer } from './feedback.tsx';
import { Verdicts } from './share.tsx';
import type { View } from './view.ts';

type OfCampaign = PatternsAnswer['campaigns'][number];

/** What sales says again and again: by campaign, each reason with its counts. Under twenty there is no rate, and here never. */
export function Patterns(props: { answer: PatternsAnswer; onShow: (some: Partial<Pick<View, 'campaign' | 'reason' | 'kind'>>) => void }) {
  const { answer, onShow } = props;
  const { w, f } = useWords();
  const r = w.report;
  if (!answer.campaigns.length)
    return (
      <div className="void">
        <h2>{r.noPatterns}</h2>
        <p className="second">{r.noFeedback}</p>
      </div>
    );
  return (
    <>
      <p className="second">{r.patternsText(f.dateFull(answer.since.slice(0, 10)))}</p>
      <ul className="patterns">
        {answer.campaigns.map((one) => (
          <Campaign key={one.campaign.id} of={one} onShow={onShow} />
        ))}
      </ul>
    </>
  );
}

function Campaign({ of, onShow }: { of: OfCampaign; onShow: Parameters<typeof Patterns>[0]['onShow'] }) {
  const { w } = useWords();
  const r = w.report;
  const { campaign, verdicts, insights, reasons } = of;
  return (
    <li>
      <div className="row">
        <h2 className="cut grow">
          <bdi>{campaign.name}</bdi> <small className="quiet t12">{w.channel[campaign.channel]}</small>
        </h2>
        <Verdicts verdicts={verdicts} />
      </div>
      {reasons.length > 0 && (
        <ul>
          {reasons.map(({ reason, verdicts: said, returned }) => (
            <li key={reason} className="row">
              <span className="cut grow">
                <SaidEntry code={reason} />
              </span>
              {returned.n > 0 && <span className="second n">{r.cameBackOf(returned.n, returned.of)}</span>}
              {said.n > 0 && (
                <button type="button" className="btn link inline n" onClick={() => onShow({ campaign: campaign.id, reason })}>
                  {r.verdictsOf(said.n, said.of)}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {insights > 0 && (
        <button type="button" className="btn link inline" onClick={() => onShow({ campaign: campaign.id, kind: 'insight' })}>
          {r.insights(insights)}
        </button>
      )}
    </li>
  );
}
