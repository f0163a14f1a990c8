import { type HostileKind, hostile } from './hostile.ts';

/**
 * Ways in which a page may differ from the one a reader was written for. Each is applied in place and undone, so that
 * thousands can be tried on one document.
 */
export interface Mutation {
  kind:
    | 'several at once'
    | 'attribute removed'
    | 'class removed'
    | 'order changed'
    | 'words translated'
    | 'stale copy'
    | 'imitation'
    | 'part removed'
    | HostileKind;
  what: string;
  apply(): () => void;
}

/** Whoever stands in a stale copy or an imitation. */
export const decoy = 'decoy@attacker.example';
export const decoyName = 'Decoy Attacker';

export interface Spots {
  /** Where a mail's own content or another person's words stand. */
  bodies: string;
  /** The person in focus, by key value, and how the page writes it. */
  key: string;
  name?: string;
  /** What a decoy's key looks like on this site. */
  decoyKey: string;
}

export function* mutations(document: Document, spots: Spots): Generator<Mutation> {
  const elements = [...document.body.querySelectorAll('*'), document.body];
  yield* attributesRemoved(elements);
  yield* classesRemoved(elements);
  yield* orderChanged(elements);
  yield translated(document, elements, spots);
  yield* staleCopies(document, spots);
  yield* imitations(document, spots);
  yield* partsRemoved(document, spots);
  yield* hostile(document, spots, around(document, spots));
}

function* attributesRemoved(elements: Element[]): Generator<Mutation> {
  const names = new Set(elements.flatMap((element) => [...element.attributes].map((attribute) => attribute.name)));
  // Without what hides them, stale views are views: that is another page, not a damaged one.
  for (const name of ['style', 'hidden', 'aria-hidden', 'inert', 'class']) names.delete(name);
  for (const name of names)
    yield {
      kind: 'attribute removed',
      what: name,
      apply: () => {
        const had = elements
          .filter((element) => element.hasAttribute(name))
          .map((element) => [element, element.getAttribute(name)!] as const);
        for (const [element] of had) element.removeAttribute(name);
        return () => {
          for (const [element, value] of had) element.setAttribute(name, value);
        };
      },
    };
}

function* classesRemoved(elements: Element[]): Generator<Mutation> {
  const names = new Set(elements.flatMap((element) => [...element.classList]));
  for (const name of names)
    yield {
      kind: 'class removed',
      what: name,
      apply: () => {
        const had = elements.filter((element) => element.classList.contains(name));
        for (const element of had) element.classList.remove(name);
        return () => {
          for (const element of had) element.classList.add(name);
        };
      },
    };
  yield {
    kind: 'class removed',
    what: 'all',
    apply: () => {
      const had = elements
        .filter((element) => element.hasAttribute('class'))
        .map((element) => [element, element.getAttribute('class')!] as const);
      for (const [element] of had) element.removeAttribute('class');
      return () => {
        for (const [element, value] of had) element.setAttribute('class', value);
      };
    },
  };
}

/** The children of one element at a time the other way round. */
function* orderChanged(elements: Element[]): Generator<Mutation> {
  for (const [index, element] of elements.entries()) {
    if (element.children.length < 2) continue;
    yield {
      kind: 'order changed',
      what: `${element.tagName.toLowerCase()} ${index}`,
      apply: () => {
        const before = [...element.childNodes];
        for (const child of [...before].reverse()) element.append(child);
        return () => {
          for (const child of before) element.append(child);
        };
      },
    };
  }
}

/** Every word that is not an address or the person's name, in texts and in labels. */
function translated(document: Document, elements: Element[], { name }: Spots): Mutation {
  const other = (text: string) =>
    text.replace(/[^\s<>()"'‘’“”:;,]+/g, (word) =>
      word.includes('@') || name?.includes(word) || /^[\d\W]+$/.test(word) ? word : `ж${[...word].reverse().join('')}`,
    );
  return {
    kind: 'words translated',
    what: 'all',
    apply: () => {
      const undo: (() => void)[] = [];
      for (const element of elements) {
        if (element.tagName === 'SCRIPT' || element.tagName === 'STYLE') continue;
        for (const child of element.childNodes)
          if (child.nodeType === 3 && child.nodeValue?.trim()) {
            const was = child.nodeValue;
            child.nodeValue = other(was);
            undo.push(() => (child.nodeValue = was));
          }
        for (const label of ['aria-label', 'title', 'alt', 'placeholder', 'data-tooltip']) {
          const was = element.getAttribute(label);
          if (was === null) continue;
          element.setAttribute(label, other(was));
          undo.push(() => element.setAttribute(label, was));
        }
      }
      const title = document.title;
      document.title = title.replace(/^\w+/, 'жопс');
      undo.push(() => (document.title = title));
      return () => {
        for (const step of undo.reverse()) step();
      };
    },
  };
}

/** Elements that carry the person's key, and everything around each, up to the body. */
function around(document: Document, { key, bodies }: Spots): Element[] {
  const holds = (element: Element) =>
    [...element.attributes].some(({ value }) => value.toLowerCase().includes(key.toLowerCase())) ||
    [...element.childNodes].some((child) => child.nodeType === 3 && child.nodeValue?.toLowerCase().includes(key.toLowerCase()));
  const levels = new Set<Element>();
  for (const element of document.body.querySelectorAll('*')) {
    if (['SCRIPT', 'CODE', 'STYLE'].includes(element.tagName) || element.closest(bodies) || !holds(element)) continue;
    for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) levels.add(at);
  }
  return [...levels];
}

export function impostor(original: Element, { key, name, decoyKey }: Spots): Element {
  const copy = original.cloneNode(true) as Element;
  const swap = (text: string) => {
    const swapped = text.replace(new RegExp(key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi'), decoyKey);
    return name ? swapped.replaceAll(name, decoyName) : swapped;
  };
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name: attribute, value } of [...element.attributes])
      if (swap(value) !== value) element.setAttribute(attribute, swap(value));
    for (const child of element.childNodes) if (child.nodeType === 3) child.nodeValue = swap(child.nodeValue ?? '');
    if (element.hasAttribute('id')) element.setAttribute('id', element.id);
  }
  return copy;
}

const hidings: [name: string, hide: (element: Element) => void][] = [
  ['display', (element) => element.setAttribute('style', 'display: none')],
  ['visibility', (element) => element.setAttribute('style', 'visibility:hidden')],
  ['hidden', (element) => element.setAttribute('hidden', '')],
  ['aria-hidden', (element) => element.setAttribute('aria-hidden', 'true')],
  ['inert', (element) => element.setAttribute('inert', '')],
];

function* staleCopies(document: Document, spots: Spots): Generator<Mutation> {
  for (const [index, element] of around(document, spots).entries()) {
    const [how, hide] = hidings[index % hidings.length]!;
    for (const where of ['before', 'after'] as const)
      yield {
        kind: 'stale copy',
        what: `${element.tagName.toLowerCase()}.${element.className} ${where}, ${how}`,
        apply: () => {
          const copy = impostor(element, spots);
          hide(copy);
          element[where](copy);
          return () => copy.remove();
        },
      };
  }
}

function* imitations(document: Document, spots: Spots): Generator<Mutation> {
  const bodies = [...document.querySelectorAll(spots.bodies)];
  for (const element of around(document, spots))
    for (const [index, body] of bodies.slice(0, 3).entries()) {
      if (element.contains(body) && element.querySelectorAll('*').length > 400) continue;
      yield {
        kind: 'imitation',
        what: `${element.tagName.toLowerCase()}.${element.className} in body ${index}`,
        apply: () => {
          const copy = impostor(element, spots);
          body.prepend(copy);
          return () => copy.remove();
        },
      };
    }
}

/** Each element that carries the key and little else, gone. (Without a whole message or field it is another page.) */
function* partsRemoved(document: Document, spots: Spots): Generator<Mutation> {
  const alone = (element: Element) =>
    element.querySelectorAll('*').length < 8 && !element.querySelector('button, input, [contenteditable]');
  for (const element of around(document, spots).filter(alone))
    yield {
      kind: 'part removed',
      what: `${element.tagName.toLowerCase()}.${element.className}`,
      apply: () => {
        const marker = document.createComment('');
        element.replaceWith(marker);
        return () => marker.replaceWith(element);
      },
    };
}

/** Three different damages at the same time, always the same ones on the same page. */
export function together(every: readonly Mutation[]): Mutation[] {
  // Two twins that agree make a page that says something else.
  const some = every.filter(({ kind }) => kind !== 'part removed' && kind !== 'twin in view');
  return some.length < 30
    ? []
    : Array.from({ length: 60 }, (_, turn) => {
        const chosen = [1, 2, 3].map((step) => some[(turn * 7_919 + step * step * 104_729 + turn * turn * step * 31) % some.length]!);
        return {
          kind: 'several at once' as const,
          what: chosen.map(({ kind, what }) => `${kind} ${what}`).join(' + '),
          apply: () => {
            const undo = chosen.map((mutation) => mutation.apply());
            return () => {
              for (const step of undo.reverse()) step();
            };
          },
        };
      });
}
