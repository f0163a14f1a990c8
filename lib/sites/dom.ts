/** The few ways in which readers look at elements. None of them asks for layout. */

/** Visible words of a short element, in one line. */
export const text = (element: Element | null | undefined): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

export const all = (root: ParentNode, selector: string): Element[] => [...root.querySelectorAll(selector)];

/**
 * Whether the markup itself hides an element, or something around it: single-page sites keep earlier views in the
 * document, hidden by one of these.
 */
export const hidden = (element: Element): boolean => element.closest(hiding) !== null;
const hiding = `[hidden], [inert], [aria-hidden="true"], ${['display:none', 'display: none', 'visibility:hidden', 'visibility: hidden']
  .map((rule) => `[style*="${rule}" i]`)
  .join()}`;

/** Like `all`, without what the markup hides. What stands around many is asked once, however many stand in it. */
export function visible(root: ParentNode, selector: string): Element[] {
  const found = all(root, selector);
  if (found.length < few) return found.filter((element) => !hidden(element));
  const asked = new Map<Element, boolean>();
  return found.filter((element) => {
    const way: Element[] = [];
    let up: Element | null = element;
    while (up && !asked.has(up) && !up.matches(hiding)) {
      way.push(up);
      up = up.parentElement;
    }
    const away = up ? (asked.get(up) ?? true) : false;
    for (const one of up ? [...way, up] : way) asked.set(one, away);
    return !away;
  });
}
const few = 12;

/** Asks the style sheets too, where there is a browser that knows: for the few elements that everything hangs on. */
export const shown = (element: Element): boolean => !hidden(element) && element.checkVisibility?.({ visibilityProperty: true }) !== false;

/** The elements that stand in no other of the list. */
export const outermost = (elements: readonly Element[]): Element[] => {
  const every = new Set(elements);
  return elements.filter((element) => {
    for (let up = element.parentElement; up; up = up.parentElement) if (every.has(up)) return false;
    return true;
  });
};

export const before = (one: Node, other: Node): boolean => (one.compareDocumentPosition(other) & 4) !== 0;
