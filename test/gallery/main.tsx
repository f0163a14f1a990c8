import { useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { Speak } from '../../components/words/words.tsx';
import { cards } from './cards.tsx';
import { figures } from './figures.tsx';
import { when } from './hand.ts';
import { language } from './language.ts';
import { pages } from './pages.tsx';
import { popups } from './popups.tsx';
import { reports } from './reports.tsx';
import type { State } from './state.tsx';
import { work } from './work.tsx';
import '../../components/style/tokens.css';
import '../../components/style/parts.css';
import '../../components/style/card.css';
import '../../components/style/popup.css';
import '../../components/style/page.css';
import '../../components/style/queue.css';
import '../../components/style/report.css';
import './gallery.css';

const wanted = new URLSearchParams(location.search);
const theme = wanted.get('theme') ?? 'light';
const only = wanted.get('only');
document.documentElement.style.colorScheme = theme;
document.documentElement.lang = language;

const all: State[] = [...cards, ...popups, ...pages, ...reports, ...figures, ...work];

const shown = all.filter((s) => !only || s.group.startsWith(only));

/** Who takes pictures waits for `ready`; until then the body says which states are awaited. */
const awaited = new Set(shown);
function say() {
  const { dataset } = document.body;
  if (awaited.size === 0) dataset.ready = 'yes';
  dataset.awaited = [...awaited].map(({ group, name }) => `${group}: ${name}`).join('\n');
}
say();

/** Plots that have room and no drawing yet. */
const undrawn = (root: Element) => [...root.querySelectorAll('.plot')].some((plot) => plot.clientWidth >= 80 && !plot.firstChild);

/** Resolves when a state looks as it is meant to: its hand has done its steps, nothing is grey or moves any more, plots are drawn. */
async function open(state: State, root: HTMLElement): Promise<void> {
  await state.after?.(root);
  await when(root, () => (state.waits || !root.querySelector('.ghost')) && !undrawn(root));
  const moving = root
    .getAnimations({ subtree: true })
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
  await Promise.allSettled(moving.map(({ finished }) => finished));
  awaited.delete(state);
  say();
}

function Shown({ state }: { state: State }) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (root.current && !root.current.dataset.done) {
      root.current.dataset.done = 'yes';
      void open(state, root.current);
    }
  }, [state]);
  const { frame } = state;
  return (
    <figure data-state={state.name}>
      <figcaption>{state.name}</figcaption>
      <div
        ref={root}
        className={frame === 'tab' ? 'on-page as-tab' : frame === 'card' ? 'on-page' : 'plain-page'}
        style={{ width: frame === 'card' ? 340 : frame === 'tab' ? 40 : frame }}
      >
        <Speak language={language}>{state.render(language)}</Speak>
      </div>
    </figure>
  );
}

const groups = [...new Set(shown.map((s) => s.group))];
createRoot(document.querySelector('#root')!).render(
  <div className="gallery">
    {groups.map((group) => (
      <section key={group}>
        <h2 className="group">{group}</h2>
        <div className="grid">
          {shown
            .filter((s) => s.group === group)
            .map((s) => (
              <Shown key={s.name} state={s} />
            ))}
        </div>
      </section>
    ))}
  </div>,
);
