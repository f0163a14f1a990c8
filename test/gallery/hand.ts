/** What a hand does in a state before it is looked at: each step as soon as the thing it is for stands there. */

/** Resolves when `what` answers with something; asked again after every change below `root`. */
export function when<T>(root: Element, what: () => T | null | undefined | false): Promise<T> {
  return new Promise((resolve) => {
    const look = () => {
      const found = what();
      if (!found) return false;
      changes.disconnect();
      resolve(found);
      return true;
    };
    const changes = new MutationObserver(look);
    if (!look()) changes.observe(root, { childList: true, subtree: true, attributes: true, characterData: true });
  });
}

/** The `nth` of what the selector finds, once it stands. */
export const stands = <E extends HTMLElement = HTMLElement>(root: Element, selector: string, nth = 0): Promise<E> =>
  when(root, () => root.querySelectorAll<E>(selector)[nth]);

/** Presses one after the other; a button that may not be pressed yet is waited for. */
export const presses =
  (...selectors: string[]) =>
  async (root: Element): Promise<void> => {
    for (const selector of selectors) (await stands(root, `:is(${selector}):not(:disabled)`)).click();
  };

export const submits = async (root: Element, selector = 'form'): Promise<void> =>
  (await stands<HTMLFormElement>(root, selector)).requestSubmit();

/** Writes as a person does: React hears of it. */
export function fill(input: HTMLInputElement, text: string): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Chooses in a list as a person does. */
export function choose(select: HTMLSelectElement, value: string): void {
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}
