import { useState } from 'react';
import type { Settings } from '../../lib/bridge/protocol.ts';
import { Icon, type IconName } from '../icons.tsx';
import { useArrows } from '../parts/segments.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

type Mode = 'panel' | 'overlay' | 'off';
const modes: readonly Mode[] = ['panel', 'overlay', 'off'];
const icons: Record<Mode, IconName> = { panel: 'panel', overlay: 'news', off: 'close' };

/** Asked once, on the first visit; until it is answered nothing is put into that site's pages. */
export function LinkedinChoice({ settings }: { settings: Settings }) {
  const { w } = useWords();
  const { ask, openSidePanel } = useWorld();
  const p = w.popup;
  const [mode, setMode] = useState<Mode>('panel');
  const { group, onKeyDown } = useArrows();
  const use = () => {
    // A side panel opens inside the click or not at all, so it comes first.
    if (mode === 'panel') void openSidePanel?.();
    const before = settings.sites.linkedin ?? { opensByItself: false };
    void ask('settings', { sites: { ...settings.sites, linkedin: { ...before, on: true, mode } } });
  };
  return (
    <section className="empty">
      <h2>{p.linkedinTitle}</h2>
      <p>{p.linkedinText}</p>
      <div className="choose" ref={group} role="radiogroup" aria-label={p.linkedinTitle} onKeyDown={onKeyDown}>
        {modes.map((m) => (
          // biome-ignore lint/a11y/useSemanticElements: a choice of two lines
          <button
            key={m}
            type="button"
            role="radio"
            aria-checked={m === mode}
            tabIndex={m === mode ? 0 : -1}
            className="choice"
            onClick={() => setMode(m)}
          >
            <Icon name={icons[m]} />
            <span className="grow">
              <b>{p.linkedin[m][0]}</b>
              <small>{p.linkedin[m][1]}</small>
            </span>
            {m === mode && <Icon name="check" />}
          </button>
        ))}
      </div>
      <button type="button" className="btn main" onClick={use}>
        {p.linkedinUse[mode]}
      </button>
    </section>
  );
}
