/**
 * How much a reader looks at: elements walked by every question it asks the document. Time says more about the machine
 * than about the reader; this is the same wherever it runs, and tells a reader that asks everybody about everybody.
 */
export function walked(document: Document, read: () => void): number {
  const sizes = new WeakMap<Node, number>();
  const size = (node: Node): number => {
    let known = sizes.get(node);
    if (known === undefined) {
      known = 1;
      for (let child = node.firstChild; child; child = child.nextSibling) if (child.nodeType === 1) known += size(child);
      sizes.set(node, known);
    }
    return known;
  };
  const height = (node: Node): number => {
    let steps = 0;
    for (let up: Node | null = node; up; up = up.parentNode) steps++;
    return steps;
  };
  const one = () => 1;
  const costs: Record<string, (node: Node) => number> = {
    querySelector: size,
    querySelectorAll: size,
    textContent: size,
    closest: height,
    checkVisibility: height,
    matches: one,
    getAttribute: one,
    hasAttribute: one,
    getElementById: one,
    parentElement: one,
    compareDocumentPosition: one,
    contains: one,
  };

  let total = 0;
  // What the document asks itself in order to answer is its own affair.
  let asking = false;
  const counted = <T>(node: Node, cost: (node: Node) => number, ask: () => T): T => {
    if (asking) return ask();
    asking = true;
    total += cost(node);
    try {
      return ask();
    } finally {
      asking = false;
    }
  };
  const undo: (() => void)[] = [];
  for (const prototype of prototypes([document, document.body]))
    for (const [name, cost] of Object.entries(costs)) {
      const was = Object.getOwnPropertyDescriptor(prototype, name);
      if (!was?.configurable) continue;
      const { value, get } = was;
      Object.defineProperty(prototype, name, {
        ...was,
        ...(get && { get: undefined }),
        ...(typeof value === 'function'
          ? {
              value(this: Node, ...given: unknown[]) {
                return counted(this, cost, () => value.apply(this, given));
              },
            }
          : {
              get(this: Node) {
                return counted(this, cost, () => get!.call(this));
              },
            }),
      });
      undo.push(() => Object.defineProperty(prototype, name, was));
    }
  try {
    read();
  } finally {
    for (const step of undo) step();
  }
  return total;
}

function prototypes(objects: object[]): Set<object> {
  const found = new Set<object>();
  for (const object of objects)
    for (let up = Object.getPrototypeOf(object); up && up !== Object.prototype; up = Object.getPrototypeOf(up)) found.add(up);
  return found;
}
