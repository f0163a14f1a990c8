import { type ComponentProps, createContext, type SyntheticEvent, useCallback, useContext, useRef } from 'react';

/**
 * A click that changes something counts only when a person made it on something that person could see: the event is
 * trusted, and what was pressed has stood visible, uncovered and unfaded for half a second. A page can lay the card
 * under something else or fade it; the second version of IntersectionObserver is told so by the browser itself.
 * Where that is missing, being inside the viewport has to do.
 */
const settle = 500;
const since = new WeakMap<Element, number>();
let observer: IntersectionObserver | undefined;

type Watched = IntersectionObserverEntry & { isVisible?: boolean };
type Options = IntersectionObserverInit & { trackVisibility?: boolean; delay?: number };
const knowsVisibility = () => typeof IntersectionObserverEntry !== 'undefined' && 'isVisible' in IntersectionObserverEntry.prototype;

const watchedFrom = new WeakMap<Element, number>();

function watch(element: Element): () => void {
  if (typeof IntersectionObserver === 'undefined') return () => {};
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries as Watched[]) {
        const seen = entry.isIntersecting && (entry.isVisible ?? true);
        if (!seen) since.delete(entry.target);
        else if (!since.has(entry.target)) since.set(entry.target, performance.now());
      }
    },
    (knowsVisibility() ? { threshold: [0.5, 1], trackVisibility: true, delay: 100 } : { threshold: [0.5, 1] }) as Options,
  );
  watchedFrom.set(element, performance.now());
  observer.observe(element);
  return () => {
    observer?.unobserve(element);
    since.delete(element);
  };
}

export type Sight = 'seen' | 'settling' | 'covered';
/** Whether an element has been seen long enough to be pressed; `covered` once it had the time to be seen and was not. */
export function sightOf(element: Element, now = performance.now()): Sight {
  const from = since.get(element);
  if (from !== undefined) return now - from >= settle ? 'seen' : 'settling';
  return now - (watchedFrom.get(element) ?? now) < 2 * settle ? 'settling' : 'covered';
}

/** Told when a person's click did not count because something lies over the card; the card says so. */
export const CoveredContext = createContext<() => void>(() => {});

/** `ref` goes on what is pressed, `guard` around what it does: `<button ref={ref} onClick={guard(accept)}>`. */
export function useTrusted<T extends HTMLElement>() {
  const held = useRef<T | null>(null);
  const covered = useContext(CoveredContext);
  const ref = useCallback((element: T | null) => {
    held.current = element;
    return element ? watch(element) : undefined;
  }, []);
  const guard =
    <E extends SyntheticEvent>(act: (event: E) => void) =>
    (event: E) => {
      if (!event.nativeEvent.isTrusted || !held.current) return;
      const sight = sightOf(held.current);
      if (sight === 'seen') act(event);
      else if (sight === 'covered') covered();
    };
  return { ref, guard };
}

/** A button whose press changes something. */
export function ActButton({ onAct, ...rest }: Omit<ComponentProps<'button'>, 'onClick' | 'ref'> & { onAct: () => void }) {
  const { ref, guard } = useTrusted<HTMLButtonElement>();
  return <button type="button" {...rest} ref={ref} onClick={guard(onAct)} />;
}
