import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { Scene } from '../../lib/bridge/scene.ts';
import { Speak } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { Card } from './card.tsx';
import type { Frame } from './frame.tsx';
import { useScene } from './use-scene.ts';
import '../style/card.css';

/** Where the host stands while nobody has moved it and the site's own place decides: a drag starts about there. */
const unmovedTop = 96;

/** The card inside a page: it follows the background in whether it is open, tells its height, and can be dragged. */
export function CardPage() {
  const { ask } = useWorld();
  const { scene, pick } = useScene();
  const root = useRef<HTMLDivElement>(null);
  const folded = scene ? !scene.open : true;
  useTheme(scene);
  useHeight(root, !folded);

  const fold = useCallback(() => void ask('fold', { open: false }), [ask]);
  const open = useCallback(() => void ask('fold', { open: true }), [ask]);
  const drag = useDrag(scene);
  if (!scene) return null;
  const frame: Frame = { fold, drag };
  return (
    <Speak language={scene.settings.language}>
      <div ref={root} className={folded ? undefined : 'in-frame'}>
        <Card scene={scene} frame={frame} folded={folded} onOpen={open} onPick={pick} />
      </div>
    </Speak>
  );
}

const heightOf = (element: HTMLElement | null) => Math.ceil(element?.getBoundingClientRect().height ?? 0);

export function useTheme(scene: Pick<Scene, 'settings'> | undefined): void {
  const theme = scene?.settings.theme;
  const language = scene?.settings.language;
  useLayoutEffect(() => {
    if (theme) document.documentElement.style.colorScheme = theme === 'system' ? 'light dark' : theme;
    if (language) document.documentElement.lang = language;
  }, [theme, language]);
}

/** Tells the background how tall the open card is, whenever that changes: the frame in the page is made as tall. */
function useHeight(root: React.RefObject<HTMLDivElement | null>, open: boolean): void {
  const { ask } = useWorld();
  const told = useRef(0);
  useEffect(() => {
    const element = root.current;
    if (!element || !open) return;
    const tell = () => {
      const height = heightOf(element);
      if (height < 1 || height === told.current) return;
      told.current = height;
      ask('grown', { height }).catch(() => {
        told.current = 0;
      });
    };
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    return () => {
      observer.disconnect();
      told.current = 0;
    };
  }, [ask, root, open]);
}

/** Moves the host along with the pointer: at most once a frame, and over to the other side by a third of the screen. */
function useDrag(scene: Scene | undefined): Frame['drag'] {
  const { ask } = useWorld();
  const from = useRef<{ side: 'left' | 'right'; top: number }>(undefined);
  const wanted = useRef<{ side: 'left' | 'right'; top: number }>(undefined);
  const pending = useRef(false);
  const place = scene?.place;
  return useCallback(
    (x: number, y: number, done: boolean) => {
      from.current ??= { side: place?.side ?? 'right', top: place && place.top >= 0 ? place.top : unmovedTop };
      const { side, top } = from.current;
      const over = Math.abs(x) > screen.width / 3 && x < 0 === (side === 'right');
      wanted.current = { side: over ? (side === 'right' ? 'left' : 'right') : side, top: Math.max(0, Math.round(top + y)) };
      if (done) from.current = undefined;
      if (pending.current || (Math.abs(x) < 4 && Math.abs(y) < 4)) return;
      pending.current = true;
      requestAnimationFrame(() => {
        pending.current = false;
        if (wanted.current) void ask('move', wanted.current);
      });
    },
    [ask, place],
  );
}
