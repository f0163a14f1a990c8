import { useEffect, useState } from 'react';
import type { Scene } from '../../lib/bridge/scene.ts';
import { Card } from '../card/card.tsx';
import { useTheme } from '../card/page.tsx';
import { useScene } from '../card/use-scene.ts';
import { NoAnswer } from '../parts/no-answer.tsx';
import { languageOf, Speak, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import '../style/card.css';
import '../style/panel.css';

/** The side panel: the card of whoever the tab in front shows; it changes as the tab does. */
export function PanelPage() {
  const { followTab } = useWorld();
  const [tab, setTab] = useState<number>();
  useEffect(() => followTab(setTab), [followTab]);
  return tab === undefined ? null : <Panel key={tab} tab={tab} />;
}

function Panel({ tab }: { tab: number }) {
  const { scene, failed, again, pick } = useScene(tab);
  useTheme(scene);
  if (!scene)
    return (
      <Speak language={languageOf('auto', navigator.language)}>
        <NoAnswer failed={failed} onAgain={again} />
      </Speak>
    );
  return (
    <Speak language={scene.settings.language ?? languageOf('auto', navigator.language)}>
      <Face scene={scene} onPick={pick} />
    </Speak>
  );
}

/** The card; and above it, where no script of ours would tell of changes, that it is as old as the user's click. */
export function Face({ scene, onPick }: { scene: Scene; onPick: (index: number) => void }) {
  const { w } = useWords();
  return (
    <div className="side-panel">
      {scene.looked && scene.people.length > 0 && <p className="once">{w.card.lookedOnce}</p>}
      <Card scene={scene} frame={{}} onPick={onPick} />
    </div>
  );
}
