import { createContext, type PointerEvent, type ReactNode, type Ref, useContext, useRef } from 'react';
import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';

/** What the surroundings of the card can do; a side panel and a popup can do less than a frame in a page. */
export interface Frame {
  fold?: () => void;
  /** Called while the header is dragged, with CSS px since the drag began. */
  drag?: (x: number, y: number, done: boolean) => void;
}
const Context = createContext<Frame>({});
export const FrameProvider = Context.Provider;
export const useFrame = () => useContext(Context);

export function FoldButton() {
  const { fold } = useFrame();
  const { w } = useWords();
  if (!fold) return null;
  return (
    <button type="button" className="icon" title={w.card.foldHint} aria-label={w.card.fold} onClick={fold}>
      <Icon name="right" />
    </button>
  );
}

/** The head of every face: what the card is dragged by. Buttons in it stay buttons. */
export function Head({ className, children, ref }: { className: string; children: ReactNode; ref?: Ref<HTMLElement> }) {
  const { drag } = useFrame();
  const from = useRef<{ x: number; y: number } | null>(null);
  if (!drag)
    return (
      <header className={className} ref={ref}>
        {children}
      </header>
    );
  const move = (event: PointerEvent, done: boolean) => {
    if (!from.current) return;
    // Screen coordinates: those of the window move along with the frame that is dragged.
    drag(event.screenX - from.current.x, event.screenY - from.current.y, done);
    if (done) from.current = null;
  };
  return (
    <header
      className={`${className} drags`}
      ref={ref}
      onPointerDown={(event) => {
        if (event.button !== 0 || (event.target as Element).closest('button, a, input')) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.screenX, y: event.screenY };
      }}
      onPointerMove={(event) => move(event, false)}
      onPointerUp={(event) => move(event, true)}
      onPointerCancel={(event) => move(event, true)}
    >
      {children}
    </header>
  );
}
