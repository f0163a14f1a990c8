/** The few ways in which readers look at elements. None of them asks for layout. */

/** Visible words of a short element, in one line. */
export const text = (element: Element | null | undefined): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

/**
 * Whether nothing hides the element: single-page sites keep earlier views in the document, hidden by one of these.
 * Style sheets are asked last, and only where there is a browser that knows.
 */
export function shown(element: Element): boolean {
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (at.hasAttribute('hidden') || at.hasAttribute('inert') || at.getAttribute('aria-hidden') === 'true') return false;
    if (hiding.test(at.getAttribute('style') ?? '')) return false;
  }
  return element.checkVisibility?.({ visibilityProperty: true }) !== false;
}
const hiding = /display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)/i;

export const all = (root: ParentNode, selector: string): Element[] => [...root.querySelectorAll(selector)];

/** The elements that stand in no other of the list. */
export const outermost = (elements: readonly Element[]): Element[] => {
  const every = new Set(elements);
  return elements.filter((element) => {
    for (let up = element.parentElement; up; up = up.parentElement) if (every.has(up)) return false;
    return true;
  });
};

export const before = (one: Node, other: Node): boolean => (one.compareDocumentPosition(other) & 4) !== 0;
