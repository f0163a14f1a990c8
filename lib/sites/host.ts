import { shown } from './dom.ts';
import type { Inset, Stance } from './site.ts';

/**
 * The one element that Baton puts into a page: anonymous, in the top layer, with a closed shadow root that holds the
 * card's own page in a frame. It yields: it folds while the page shows a dialog, it shows itself once and lets whoever
 * comes later stand above it, and when the page takes it away it stays away until there is something new to say.
 */
export interface Hosting {
  document: Document;
  window: Window;
  signal: AbortSignal;
  /** Address of the card's page. */
  src: string;
  place(): Inset;
  onEvent(event: 'focus' | 'yield' | 'restored'): void;
}

export interface Host {
  stand(stance: Stance): void;
}

const cardWidth = 340;
const tabSize = 40;
const gap = 8;
/** How often a page may take the host away before it is no longer put back. */
const patience = 5;

export function host({ document, window, signal, src, place, onEvent }: Hosting): Host {
  let stance: Stance = { shows: 'none', height: 0, side: 'right', top: -1, theme: 'system' };
  let mounted: { element: HTMLElement; frame: HTMLIFrameElement } | undefined;
  let yields: 'no' | 'folded' | 'hidden' = 'no';
  let mounts = 0;
  let checking = false;
  const outside = new MutationObserver(check);

  function stand(next: Stance): void {
    if (signal.aborted) return;
    stance = next;
    if (stance.shows === 'none') {
      unmount();
      return;
    }
    if (!mounted?.element.isConnected) mount();
    draw();
    if (stance.focus && yields === 'no') mounted?.frame.focus();
    check();
  }

  function mount(): void {
    unmount();
    if (++mounts > patience && !stance.focus) return;
    const element = document.createElement(`${word()}-${word()}`);
    const root = element.attachShadow({ mode: 'closed' });
    const frame = document.createElement('iframe');
    frame.src = src;
    root.append(frame);
    element.popover = 'manual';
    // A frame is seen before the browser sends clicks into it: until then they arrive here.
    element.addEventListener('click', (event) => event.isTrusted && stance.shows === 'tab' && onEvent('focus'), { signal });
    mounted = { element, frame };
    draw();
    document.documentElement.append(element);
    element.showPopover();
    // Dialogs are put into the body, or announce themselves; nothing within the page is watched for them. A page that
    // moves the host makes its frame load anew each time: the first move is seen beside the body, and the last.
    for (const root of [document.documentElement, document.body]) outside.observe(root, { childList: true });
  }

  function unmount(): void {
    outside.disconnect();
    mounted?.element.remove();
    mounted = undefined;
  }

  function where() {
    const inset = place();
    const unmoved = stance.top < 0;
    const side = unmoved ? (inset.side ?? 'right') : stance.side;
    return {
      side,
      top: Math.max(0, Math.round(unmoved ? inset.top : stance.top)),
      edge: side === (inset.side ?? 'right') ? inset.right : gap,
    };
  }

  function draw(): void {
    if (!mounted) return;
    const { element, frame } = mounted;
    const { side, top, edge } = where();
    const card = stance.shows === 'card' && yields === 'no';
    const scheme = stance.theme === 'system' ? 'light dark' : stance.theme;
    write(element, {
      all: 'initial',
      position: 'fixed',
      inset: 'auto',
      [side]: `${edge}px`,
      top: `min(${top}px, calc(100vh - ${tabSize + gap}px))`,
      width: `${card ? cardWidth : tabSize}px`,
      height: card ? `min(${Math.round(stance.height)}px, calc(100vh - ${top + gap}px))` : `${tabSize}px`,
      'min-height': `${tabSize}px`,
      'max-width': `calc(100vw - ${2 * gap}px)`,
      display: yields === 'hidden' ? 'none' : 'block',
    });
    write(frame, {
      display: 'block',
      width: '100%',
      height: '100%',
      border: '0',
      'border-radius': card ? '12px' : '10px',
      'box-shadow': shadow,
      // The same as the document inside, or the browser paints an opaque ground behind it.
      'color-scheme': scheme,
    });
  }

  /** Something may have opened: looks once at the next frame, and only while there is something to fold. */
  function check(): void {
    if (checking || !mounted || signal.aborted) return;
    checking = true;
    window.requestAnimationFrame(() => {
      checking = false;
      if (!mounted || signal.aborted) return;
      // The page has taken it out or closed it: then it stays away until there is something new to say.
      if (!mounted.element.isConnected || !mounted.element.matches(':popover-open')) return unmount();
      const now = crowd();
      if (now === yields) return;
      const before = yields;
      yields = now;
      draw();
      if (before === 'no') onEvent('yield');
      else if (now === 'no') onEvent('restored');
    });
  }

  function crowd(): typeof yields {
    if (document.fullscreenElement) return 'hidden';
    const dialogs = [
      ...document.querySelectorAll('dialog[open], [role="dialog"], [role="alertdialog"], [aria-modal="true"], [popover]'),
    ].filter(
      (dialog) => dialog !== mounted?.element && (!dialog.hasAttribute('popover') || dialog.matches(':popover-open')) && shown(dialog),
    );
    if (!dialogs.length) return 'no';
    const modal = dialogs.some((dialog) => dialog.matches('[aria-modal="true"], :modal'));
    const boxes = dialogs.map((dialog) => dialog.getBoundingClientRect());
    const { side, top, edge } = where();
    const meets = (width: number, height: number) => {
      const left = side === 'right' ? window.innerWidth - edge - width : edge;
      return boxes.some(
        (box) => box.width > 0 && box.left < left + width && box.right > left && box.top < top + height && box.bottom > top,
      );
    };
    if (meets(tabSize, tabSize)) return 'hidden';
    return modal || (stance.shows === 'card' && meets(cardWidth, stance.height)) ? 'folded' : 'no';
  }

  const heard = { signal, capture: true };
  for (const type of ['toggle', 'focusin', 'focusout', 'fullscreenchange', 'close'] as const)
    document.addEventListener(type, check, { ...heard, passive: true });
  window.addEventListener('resize', check, { ...heard, passive: true });
  window.addEventListener(
    'keydown',
    (event) => {
      // Only where there is a card to focus: elsewhere the page must not notice that anybody listens.
      if (!mounted || !event.isTrusted || event.code !== 'KeyB' || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
        return;
      event.preventDefault();
      event.stopImmediatePropagation();
      onEvent('focus');
    },
    heard,
  );
  signal.addEventListener('abort', unmount);
  return { stand };
}

/** What floats over a page that is not ours: visible on white, grey and black. */
const shadow =
  '0 0 0 1px light-dark(rgb(22 22 30 / .1), rgb(255 255 255 / .1)), 0 2px 6px light-dark(rgb(22 22 30 / .08), rgb(0 0 0 / .4)), 0 14px 36px -6px light-dark(rgb(22 22 30 / .2), rgb(0 0 0 / .6))';

/** Style rules of the page don't reach what is written as important into the element itself. */
function write(element: HTMLElement, rules: Record<string, string>): void {
  for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value, 'important');
}

/** Letters without meaning, so that the element's name says nothing about whose it is. */
const word = () => [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
