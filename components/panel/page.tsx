import { useEffect, useState } from 'react';
import { Card } from '../card/card.tsx';
import { useTheme } from '../card/page.tsx';
import { useScene } from '../card/use-scene.ts';
import { NoAnswer } from '../parts/no-answer.tsx';
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
      <div className="side-panel">
        <Card scene={scene} frame={{}} onPick={pick} />
      </div>
    </Speak>
  );
}
