import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { root } from '../../scripts/parts/step.ts';
import { cardIn } from '../harness/extension.ts';

export const album = join(root, 'docs', 'tour');
const failures = join(root, 'test-results', 'tour');

/** Takes pictures of one theme. A picture that cannot be taken is named and does not stop the others. */
export class Camera {
  readonly theme: string;
  readonly taken: string[] = [];
  readonly failed: string[] = [];
  private readonly context: BrowserContext;
  private readonly wanted: readonly string[];
  /** `wanted`: parts of the names of scenes; all of them where there are none. */
  constructor(context: BrowserContext, theme: string, wanted: readonly string[] = []) {
    this.context = context;
    this.theme = theme;
    this.wanted = wanted;
    mkdirSync(album, { recursive: true });
  }

  /** The whole window. */
  async page(page: Page, name: string): Promise<void> {
    await page.bringToFront();
    await page.screenshot({ path: this.path(name), animations: 'disabled', caret: 'hide' });
    this.taken.push(name);
  }

  /** The card and a little of what is around it. */
  async card(page: Page, name: string): Promise<void> {
    // A tab behind another one is not drawn.
    await page.bringToFront();
    const frame = await cardIn(page);
    // The frame grows to its content: the picture waits until both have stood still for a few frames.
    await frame.evaluate(
      () =>
        new Promise<void>((resolve) => {
          let before = '';
          let still = 0;
          const look = () => {
            const now = `${document.documentElement.scrollHeight} ${innerHeight}`;
            still = now === before ? still + 1 : 0;
            before = now;
            if (still > 12) resolve();
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
    const box = await (await frame.frameElement()).boundingBox();
    if (!box) throw new Error('the card is not in the page');
    const around = 20;
    const size = page.viewportSize() ?? { width: 1280, height: 860 };
    const x = Math.max(0, box.x - around);
    const y = Math.max(0, box.y - around);
    await page.screenshot({
      path: this.path(name),
      animations: 'disabled',
      caret: 'hide',
      clip: { x, y, width: Math.min(size.width - x, box.width + 2 * around), height: Math.min(size.height - y, box.height + 2 * around) },
    });
    this.taken.push(name);
  }

  async scene(name: string, work: () => Promise<void>): Promise<void> {
    if (this.wanted.length > 0 && !this.wanted.some((words) => name.includes(words))) return;
    try {
      await work();
    } catch (error) {
      this.failed.push(`${name} (${this.theme}): ${error instanceof Error ? error.message.split('\n')[0] : error}`);
      // What stood there instead. A tab that the browser does not draw any more has no picture, and the tour goes on.
      for (const [index, page] of this.context.pages().entries())
        await page.screenshot({ path: join(failures, `${name}-${this.theme}-${index}.png`) }).catch(() => {});
    }
  }

  private path(name: string): string {
    return join(album, `${name}-${this.theme}.png`);
  }
}
