import type { Scene } from '../../lib/bridge/scene.ts';
import { partOf } from '../../lib/funnel/words.ts';
import { Icon, Mark } from '../icons.tsx';
import { useNow } from '../now.ts';
import { useWords } from '../words/words.tsx';
import { faceOf, leadsIn } from './face.ts';
import { clockNow } from './owes.ts';

/**
 * The card folded to 40 px. The word is the stage, the bars above it say the part: one, two, three. When something is
 * late or at risk its sign stands in place of the bars. Neutral for everybody who is not a lead, and on LinkedIn for all.
 */
export function Tab({ scene, onOpen }: { scene: Scene; onOpen: () => void }) {
  const now = useNow();
  const { w } = useWords();
  const face = faceOf(scene);
  const neutral = scene.site === 'linkedin';
  const card = face.face === 'lead' && !neutral ? face.card : undefined;
  const count = face.face === 'people' && !neutral ? leadsIn(scene) : 0;
  const clock = card && clockNow(card, scene.agreement, now).state;
  const urgent = clock === 'breached' || clock === 'at_risk' ? clock : undefined;
  const name = card ? `${card.person.name}, ${w.stage[card.stage]}` : count ? w.card.knownOf(count, scene.people.length) : w.card.label;
  // What is seen is part of what is heard, so that it can be spoken to.
  const short = card && w.stageShort[card.stage];
  const heard = short && short !== w.stage[card.stage] ? `${short}, ${name}` : name;
  return (
    <button
      type="button"
      className={`tab ${card ? partOf[card.stage] : ''}`}
      onClick={onOpen}
      aria-expanded="false"
      aria-label={`${w.card.open}: ${heard}`}
      title={name}
    >
      {card ? (
        <>
          {urgent ? (
            <svg className={`tab-mark ${urgent}`} viewBox="0 0 14 14" aria-hidden="true">
              <circle cx="7" cy="7" r="7" />
              <path d={urgent === 'breached' ? 'M7 3.6v4M7 10.2v.2' : 'M7 3.5v3.7l2.4 1.5'} />
            </svg>
          ) : (
            <span className="tab-bars" style={{ '--c': `var(--stage-${card.stage})` } as React.CSSProperties}>
              <i />
              <i />
              <i />
            </span>
          )}
          <span className="tab-word">{w.stageShort[card.stage]}</span>
        </>
      ) : count ? (
        <>
          <Icon name="users" />
          <span className="tab-word n">{count}</span>
        </>
      ) : (
        <Mark />
      )}
    </button>
  );
}
