import type { Frame, Page } from '@playwright/test';
import { build } from '../../scripts/parts/build.ts';
import { signIn } from '../../scripts/parts/sign-in.ts';
import { sync } from '../e2e/house.ts';
import { startBackend } from '../harness/backend.ts';
import { cardIn, type Extension, launch } from '../harness/extension.ts';
import { gmail, gmailPage } from '../harness/gmail.ts';
import { marketing, type Prospect } from '../harness/marketing.ts';
import { rep } from '../harness/people.ts';
import type { Figure } from './index.ts';

/**
 * From a thread's opening to the card on screen: the released extension in a real Chromium, signed in to a real backend,
 * both leads' cards on the device. It starts when the page puts the thread there and ends when the card's frame has drawn
 * the other person, so everything between is in it: the reading, the worker, the lead set, the unsealing, React.
 */
export async function figures(): Promise<Figure[]> {
  const { code, output } = await build('chrome', 'release');
  if (code !== 0) throw new Error(output);
  const backend = await startBackend();
  const extension = await launch();
  try {
    await signIn(extension.context, backend.url, { sample: rep });
    const market = await marketing(backend);
    const leads = ['amber', 'birch'].map(
      (word): Prospect => ({ email: `${word}@northwind.example`, name: `Dana ${word}`, title: 'VP Operations', company: 'Northwind' }),
    );
    for (const lead of leads) {
      const id = await market.touch(lead, [
        { event: 'Webinar Attended', campaign: 'Cut churn', daysAgo: 3 },
        { event: 'Article Read', campaign: 'Churn library', daysAgo: 2 },
      ]);
      await market.handOver(id, rep, ['Asked for a demo']);
    }
    await sync(extension);
    const { page, card } = await furnished(extension, leads);
    const open = (turn: number) => opening(page, card, turn % 2, leads[turn % 2]!.name);
    for (let turn = 0; turn < 10; turn++) await open(turn);
    const awake: number[] = [];
    for (let turn = 0; turn < 60; turn++) awake.push(await open(turn));
    const asleep: number[] = [];
    for (let turn = 0; turn < 20; turn++) {
      await extension.killWorker();
      await page.bringToFront();
      asleep.push(await open(turn));
    }
    return [
      figure('thread opened to card painted, cached lead, median', at(awake, 0.5)),
      figure('thread opened to card painted, cached lead, p95', at(awake, 0.95), 50),
      figure('the same with a sleeping worker, median', at(asleep, 0.5)),
      figure('the same with a sleeping worker, p95', at(asleep, 0.95), 100),
    ];
  } finally {
    await extension.close();
    await backend.remove();
  }
}

const at = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;
const figure = (name: string, value: number, most?: number): Figure => ({
  name,
  value: Number(value.toFixed(1)),
  unit: 'ms',
  goal: most === undefined ? '' : `<= ${most}`,
  holds: most === undefined || value <= most,
});

type Opened = Window & { put(which: number): number };
type Drawn = Window & { drawn: Promise<number> };

/** A tab with Gmail in it that holds a thread of each lead, ready to be put there at once, and the card beside it. */
async function furnished(extension: Extension, leads: readonly Prospect[]): Promise<{ page: Page; card: Frame }> {
  const page = await extension.context.newPage();
  const mail = await gmail(extension.context);
  await mail.show(page, 'thread-several-messages', leads[0]);
  const { html } = gmailPage('thread-several-messages');
  await page.evaluate(
    ({ html, leads }) => {
      type Policy = { createHTML(text: string): string };
      const { trustedTypes } = window as unknown as { trustedTypes: { createPolicy(name: string, rules: Policy): Policy } };
      const policy = trustedTypes.createPolicy('bench', { createHTML: (text) => text });
      const threads = leads.map(({ email, name }) => {
        const text = html.replaceAll('dana.whitfield@northwind.example', email).replaceAll('Dana Whitfield', name);
        return new DOMParser().parseFromString(policy.createHTML(text), 'text/html').body;
      });
      let turn = 0;
      Object.assign(window, {
        put(which: number) {
          const next = [...document.importNode(threads[which]!, true).childNodes];
          const from = performance.timeOrigin + performance.now();
          history.pushState(null, '', `#inbox/thread-f:${++turn}`);
          document.body.replaceChildren(...next);
          return from;
        },
      });
    },
    { html, leads: leads.map(({ email, name }) => ({ email, name })) },
  );
  return { page, card: await cardIn(page) };
}

/** Milliseconds from the thread's standing there to the frame in which the card shows its sender. */
async function opening(page: Page, card: Frame, which: number, name: string): Promise<number> {
  await card.evaluate((name) => {
    const there = () => document.querySelector('.who')?.textContent?.includes(name) === true;
    (window as unknown as Drawn).drawn = new Promise((resolve) => {
      const look = () => {
        if (!there()) return;
        observer.disconnect();
        // The frame with it in is drawn right after the callback.
        requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, characterData: true });
      look();
    });
  }, name);
  const from = await page.evaluate((which) => (window as unknown as Opened).put(which), which);
  return (await card.evaluate(() => (window as unknown as Drawn).drawn)) - from;
}
