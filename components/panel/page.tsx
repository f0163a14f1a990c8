import { useEffect, useState } from 'react';
import { Card } from '../card/card.tsx';
import { useTheme } from '../card/page.tsx';
import { useScene } from '../card/use-scene.ts';
import { languageOf, Speak } from '../words/words.tsx';
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
  const { scene, pick } = useScene(tab);
  useTheme(scene);
  if (!scene) return null;
  return (
    <Speak language={scene.settings.language ?? languageOf('auto', navigator.language)}>
      <div className="side-panel">
        <Card scene={scene} frame={{}} onPick={pick} />
      </div>
    </Speak>
  );
}
