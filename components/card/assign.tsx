import { lazy, Suspense, useState } from 'react';
import { ActButton } from '../trust.tsx';
import { fill, useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';
import type { User } from './pick-user.tsx';
import { useSellers } from './users.ts';

const PickUser = lazy(() => import('./pick-user.tsx'));

export function Assign() {
  const { card, decide, show } = useDoing();
  const { w } = useWords();
  const users = useSellers();
  const [to, setTo] = useState<User | null>(null);
  const holder = card.handoff?.toId ?? card.owner.id;
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)}>{w.card.assignTitle}</PanelHead>
      {users === 'failed' && <p className="second">{w.failed}</p>}
      {Array.isArray(users) && (
        <Suspense fallback={<span className="ghost wide" />}>
          <PickUser label={w.card.handTo} users={users.filter((u) => u.id !== holder)} value={to} onPick={setTo} />
        </Suspense>
      )}
      <ActButton className="btn main wide" disabled={!to} onAct={() => to && void decide({ kind: 'assign', to: to.id })}>
        {to ? fill(w.card.assignButton, { name: <bdi>{to.name}</bdi> }) : w.card.assignTitle}
      </ActButton>
    </div>
  );
}
