import { browser } from './native.ts';

/**
 * The life of a content script, in place of WXT's own: that one announces itself to the page by an event and a message
 * that carry the extension's id, and some pages hunt for extensions. This one leaves no trace: a newer script of the
 * same installation finds the older one in their common world, which the page can't see; after an update the orphan
 * notices that its `runtime` is gone.
 */
export class ContentScriptContext extends AbortController {
  constructor() {
    super();
    const world = globalThis as { [life]?: AbortController };
    world[life]?.abort();
    world[life] = this;
  }

  get isInvalid(): boolean {
    if (!browser.runtime?.id) this.abort();
    return this.signal.aborted;
  }
}

const life = Symbol.for('life');
