import { decoy, decoyName, impostor, type Mutation, type Spots } from './mutations.ts';

/**
 * What somebody does on purpose who can write into a page without owning it: by the name of a sender, a subject, an
 * attachment, a mail's own words, a profile's links. And what other programs do in good faith: a browser that
 * translates, an extension that puts its own beside.
 */
export type HostileKind =
  | 'name pretends'
  | 'name is the user’s'
  | 'subject pretends'
  | 'attachment pretends'
  | 'whole page in a body'
  | 'draft in a body'
  | 'link of the owner’s own'
  | 'twin in view'
  | 'other extension'
  | 'translated by the browser';

export function* hostile(document: Document, spots: Spots, around: Element[]): Generator<Mutation> {
  yield* named(document, spots);
  yield* subjects(document, spots);
  yield* attachments(document, spots);
  yield* inBodies(document, spots);
  yield* ownLinks(document, spots, around);
  yield* twins(spots, around);
  yield* extensions(document, spots, around);
  yield wrapped(document);
}

const undoing = (steps: (() => void)[]) => () => {
  for (const step of steps.reverse()) step();
};

/** Texts and attributes outside bodies and scripts that hold the words; gives how to undo. */
function replaced(document: Document, { bodies }: Spots, words: string, by: string): () => void {
  const undo: (() => void)[] = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (['SCRIPT', 'CODE', 'STYLE'].includes(element.tagName) || element.closest(bodies)) continue;
    for (const { name, value } of [...element.attributes]) {
      if (!value.includes(words)) continue;
      element.setAttribute(name, value.replaceAll(words, by));
      undo.push(() => element.setAttribute(name, value));
    }
    for (const child of element.childNodes) {
      const was = child.nodeType === 3 ? child.nodeValue! : '';
      if (!was.includes(words)) continue;
      // Between addresses a name with such letters stands in quotes.
      const quoted = element.tagName === 'TEXTAREA' && !was.includes(`"${words}`);
      child.nodeValue = was.replaceAll(words, quoted ? JSON.stringify(by) : by);
      undo.push(() => (child.nodeValue = was));
    }
  }
  return undoing(undo);
}

/** A sender may call themselves anything: somebody else's address, or what the page calls the user. */
function* named(document: Document, spots: Spots): Generator<Mutation> {
  const { name, key } = spots;
  if (!name || name.length < 4 || name.includes('@') || key.includes(name)) return;
  const pretend = [decoy, `<${decoy}>`, `Decoy <${decoy}>`, `${decoy} (Decoy)`, `"${decoy}"`, `Decoy, ${decoy};`, `mailto:${decoy}`];
  for (const [kind, names] of [
    ['name pretends', pretend],
    ['name is the user’s', ['me', 'ich', 'Rowan Pell', 'Rowan', '']],
  ] as const)
    for (const other of names)
      yield {
        kind,
        what: `“${other}”`,
        apply: () => replaced(document, spots, name, other),
      };
}

function* subjects(document: Document, { bodies }: Spots): Generator<Mutation> {
  const headings = [...document.querySelectorAll('h1, h2, h3, [role="heading"], [id$="_SUBJECT"], .subject, .hP')].filter(
    (one) => !one.closest(bodies) && !one.childElementCount,
  );
  for (const words of [`From: ${decoyName} <${decoy}>`, decoy, `Re: - ${decoy} - x`, `${decoyName} via Sales`])
    yield {
      kind: 'subject pretends',
      what: words,
      apply: () => {
        const title = document.title;
        const extra = headings
          .filter((one) => /subject|hP/i.test(`${one.id} ${one.className}`))
          .map((one) => [one, one.textContent, one.getAttribute('title')] as const);
        for (const [one, , said] of extra) {
          one.textContent = words;
          if (said !== null) one.setAttribute('title', words);
        }
        document.title = `${words} - ${title}`;
        return () => {
          document.title = title;
          for (const [one, was, said] of extra) {
            one.textContent = was;
            if (said !== null) one.setAttribute('title', said);
          }
        };
      },
    };
}

/** Files stand beside a mail's words, and their names are the sender's. */
function* attachments(document: Document, { bodies }: Spots): Generator<Mutation> {
  const around = [...document.querySelectorAll(bodies)].filter((one) => !one.parentElement?.closest(bodies)).slice(0, 3);
  const forms: ((file: Element) => void)[] = [
    (file) => file.setAttribute('title', decoy),
    (file) => file.setAttribute('aria-label', `${decoyName} <${decoy}>`),
    (file) => file.setAttribute('download_url', `text/plain:${decoy}:https://x.example/`),
    (file) => file.setAttribute('role', 'option'),
    (file) => file.setAttribute('role', 'heading'),
  ];
  for (const [at, body] of around.entries())
    for (const [index, form] of forms.entries())
      for (const where of ['before', 'after'] as const)
        yield {
          kind: 'attachment pretends',
          what: `form ${index} ${where} body ${at}`,
          apply: () => {
            const list = document.createElement('div');
            const file = document.createElement('span');
            file.textContent = `${decoyName}<${decoy}>`;
            form(file);
            list.append(file);
            body[where](list);
            return () => list.remove();
          },
        };
}

/** Everything that the page itself has, once more within somebody's words; and a draft. */
function* inBodies(document: Document, spots: Spots): Generator<Mutation> {
  const bodies = [...document.querySelectorAll(spots.bodies)].slice(0, 3);
  for (const [at, body] of bodies.entries())
    for (const where of ['prepend', 'append'] as const) {
      yield {
        kind: 'whole page in a body',
        what: `body ${at}, ${where}`,
        apply: () => {
          const copy = document.createElement('div');
          for (const child of [...document.body.children]) if (child.tagName !== 'SCRIPT') copy.append(impostor(child, spots));
          for (const script of copy.querySelectorAll('script, code, iframe')) script.remove();
          body[where](copy);
          return () => copy.remove();
        },
      };
      yield {
        kind: 'draft in a body',
        what: `body ${at}, ${where}`,
        apply: () => {
          const copy = document.createElement('div');
          const make = (tag: string, attributes: Record<string, string>, into: Element, words = '') => {
            const one = document.createElement(tag);
            for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
            one.textContent = words;
            into.append(one);
            return one;
          };
          const form = make('form', { class: 'aoI', role: 'dialog', 'data-compose-id': '1' }, copy);
          make('input', { name: 'composeid', value: '1' }, form);
          const to = make('div', { name: 'to', contenteditable: 'true' }, form);
          make(
            'div',
            { role: 'option', 'data-hovercard-id': decoy, 'data-name': decoyName, draggable: 'true' },
            to,
            `${decoyName}<${decoy}>`,
          );
          make('button', { id: 'discardCompose', 'data-testid': 'ComposeSendButton' }, form);
          make('div', { id: 'editorParent_1', contenteditable: 'true' }, form);
          body[where](copy);
          return () => copy.remove();
        },
      };
    }
}

/** On LinkedIn people put links of their own into their card and their contact details. */
function* ownLinks(document: Document, { bodies, key, decoyKey }: Spots, around: Element[]): Generator<Mutation> {
  if (key.includes('@') || !/linkedin\.com\/(?:in|sales\/lead)\//.test(document.URL)) return;
  const links = [
    `https://www.linkedin.com/in/${decoyKey}/`,
    `https://www.linkedin.com/in/${decoyKey}/overlay/contact-info/`,
    `https://www.linkedin.com/sales/lead/${decoyKey},NAME_SEARCH,x`,
    `/safety/go/?url=https%3A%2F%2Fwww.linkedin.com%2Fin%2F${decoyKey}`,
    `https://decoy.example/?vanityName=${decoyKey}`,
    `mailto:${decoy}`,
  ];
  for (const [at, element] of around.filter((one) => !one.closest(bodies) && !one.matches('a, button, input')).entries())
    for (const [index, href] of links.entries())
      yield {
        kind: 'link of the owner’s own',
        what: `${element.tagName.toLowerCase()}.${element.className} ${at} link ${index}`,
        apply: () => {
          const link = document.createElement('a');
          link.setAttribute('href', href);
          link.textContent = decoyName;
          element[index % 2 ? 'prepend' : 'append'](link);
          return () => link.remove();
        },
      };
}

/** The little that names the person, once more for somebody else and in view: then there are two, or it can't be told. */
function* twins(spots: Spots, around: Element[]): Generator<Mutation> {
  for (const element of around.filter((one) => one.querySelectorAll('*').length < 4))
    for (const where of ['before', 'after'] as const)
      yield {
        kind: 'twin in view',
        what: `${element.tagName.toLowerCase()}.${element.className} ${where}`,
        apply: () => {
          const copy = impostor(element, spots);
          element[where](copy);
          return () => copy.remove();
        },
      };
}

/** Extensions of other companies put people into the page as well. */
function* extensions(document: Document, { bodies }: Spots, around: Element[]): Generator<Mutation> {
  const forms: [tag: string, attributes: Record<string, string>][] = [
    ['a', { href: `mailto:${decoy}` }],
    ['span', { email: decoy, name: decoyName }],
    ['span', { 'data-hovercard-id': decoy, 'data-name': decoyName }],
    ['span', { title: decoy }],
    ['span', { 'aria-label': `${decoyName} <${decoy}>` }],
    ['img', { jid: decoy, alt: decoyName }],
    ['a', { href: 'https://www.linkedin.com/in/decoy-attacker/' }],
  ];
  for (const element of around.filter((one) => !one.closest(bodies) && !one.matches('a, button, input, span')))
    for (const [index, [tag, attributes]] of forms.entries())
      yield {
        kind: 'other extension',
        what: `${element.tagName.toLowerCase()}.${element.className} form ${index}`,
        apply: () => {
          const panel = document.createElement('div');
          panel.className = 'crm-panel';
          const one = document.createElement(tag);
          for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
          if (tag !== 'img') one.textContent = decoyName;
          panel.append(one);
          element[index % 2 ? 'before' : 'after'](panel);
          return () => panel.remove();
        },
      };
}

/** Each text in two elements of its own, as the browser's own translation leaves a page. */
function wrapped(document: Document): Mutation {
  return {
    kind: 'translated by the browser',
    what: 'all',
    apply: () => {
      const undo: (() => void)[] = [];
      for (const element of [...document.body.querySelectorAll('*')]) {
        if (['SCRIPT', 'STYLE', 'CODE', 'TEXTAREA', 'OPTION', 'SELECT'].includes(element.tagName)) continue;
        for (const child of [...element.childNodes]) {
          if (child.nodeType !== 3 || !child.nodeValue?.trim()) continue;
          const outer = document.createElement('font');
          const inner = document.createElement('font');
          inner.setAttribute('style', 'vertical-align: inherit;');
          outer.append(inner);
          child.replaceWith(outer);
          inner.append(child);
          undo.push(() => outer.replaceWith(child));
        }
      }
      return undoing(undo);
    },
  };
}
