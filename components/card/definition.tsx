import { Icon } from '../icons.tsx';
import { StageText, ToAgreement } from '../parts/entry-text.tsx';
import { useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';

/** What both teams mean by this stage, and which criteria this lead meets. */
export function Definition() {
  const { card, agreement, show } = useDoing();
  const { w } = useWords();
  // The criteria on the card are those of the hand-off; they keep standing when the lead has moved on.
  const own = agreement?.stages[card.stage]?.criteria ?? [];
  const criteria = own.length ? own : (agreement?.stages.mql?.criteria ?? []);
  const texts = criteria.filter((c) => card.criteria.of.includes(c.id));
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)} small={agreement && w.card.byAgreement(agreement.version)}>
        {w.stage[card.stage]}
      </PanelHead>
      {agreement && (
        <StageText stage={card.stage} agreement={agreement}>
          <ul className="criteria">
            {(texts.length ? texts : criteria).map(({ id, text }) => {
              const met = card.criteria.met.includes(id);
              return (
                <li key={id} className={met ? undefined : 'quiet'}>
                  {met ? <Icon name="check" /> : <Icon name="minus" />}
                  <bdi>{text}</bdi>
                </li>
              );
            })}
          </ul>
        </StageText>
      )}
      <ToAgreement />
    </div>
  );
}
