/** Runs in the page. How it is furnished, and the two ways to stir it. */
export interface Stirring {
  row?: string;
  part?: string;
  /** Replaced in clones, so that every row and every opening is about somebody else. */
  key: string;
  /** Address of an opening, with `{n}` in it. */
  at: string;
  side: string;
  /** Nodes to put beside what is there. */
  others: number;
}
export type Stirred = Window & { burst(): Promise<void>; open(times: number): Promise<void> };

export function furnish({ row, part, key, at, side, others }: Stirring): void {
  const make = (tag: string, name: string, ...children: (Node | string)[]): HTMLElement => {
    const element = document.createElement(tag);
    element.className = name;
    element.append(...children);
    return element;
  };
  const somebody = (original: Element, turn: number): Element => {
    const copy = original.cloneNode(true) as Element;
    const swap = (text: string) => text.replaceAll(key, key.includes('@') ? `person${turn}@company${turn % 97}.example` : `${key}${turn}`);
    for (const element of [copy, ...copy.querySelectorAll('*')]) {
      for (const { name, value } of [...element.attributes]) if (value.includes(key)) element.setAttribute(name, swap(value));
      for (const child of element.childNodes)
        if (child.nodeType === 3 && child.nodeValue?.includes(key)) child.nodeValue = swap(child.nodeValue);
    }
    return copy;
  };
  const beside = document.querySelector(side);
  if (!beside) throw new Error(`nothing is ${side}`);
  document.querySelector('.stirred-side')?.remove();
  const labels = make(
    'div',
    'stirred-side',
    ...Array.from({ length: Math.ceil(others / 4) }, (_, index) =>
      make('div', 'aim', make('span', 'nU', `Label ${index}`), make('div', 'bsU', '3')),
    ),
  );
  beside.append(labels);

  let turn = 0;
  const settled = () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 40))));
  const original = row ? [...document.querySelectorAll(row)].find((one) => one.outerHTML.includes(key)) : undefined;
  if (row && !original) throw new Error(`no ${row} names ${key}`);
  const rows = original?.parentElement;
  while (original && rows && rows.children.length < 100) rows.append(somebody(original, ++turn));
  let shown = part ? [...document.querySelectorAll(part)].find((one) => one.outerHTML.includes(key)) : undefined;
  if (part && !shown) throw new Error(`no ${part} names ${key}`);
  const opened = shown;

  Object.assign(window, {
    /** Thirty rows anew, a thousand attributes, five hundred texts. */
    async burst() {
      turn++;
      for (let index = 0; index < 30; index++)
        rows!.children[(turn * 7 + index * 3) % rows!.children.length]!.replaceWith(somebody(original!, turn * 100 + index));
      const { children } = labels;
      for (let index = 0; index < 1_000; index++) children[(turn + index) % children.length]!.classList.toggle('ain');
      for (let index = 0; index < 500; index++)
        children[(turn * 3 + index) % children.length]!.lastElementChild!.textContent = String(turn + index);
      await settled();
    },
    /** Opens another one, as often as said, a few in each frame: the address and what it names change. */
    async open(times: number) {
      for (let count = 0; count < times; count++) {
        turn++;
        history.pushState(null, '', at.replace('{n}', String(turn)));
        const next = somebody(opened!, turn);
        shown!.replaceWith(next);
        shown = next;
        if (turn % 10 === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    },
  });
}
