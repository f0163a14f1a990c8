import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { ScenePerson } from '../../lib/bridge/scene.ts';
import { chromiumId } from '../../lib/contract/identity.ts';
import { base64url, fromBase64url, importTagKey, tagOf } from '../../lib/funnel/tag.ts';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import type { Backend } from '../harness/backend.ts';
import { type Extension, launch } from '../harness/extension.ts';
import { gmail } from '../harness/gmail.ts';
import type { Marketing } from '../harness/marketing.ts';
import { rep } from '../harness/people.ts';
import { type Recorded, type Recorder, recordingProxy } from '../harness/proxy.ts';
import { type Trace, traces } from '../harness/traces.ts';

/**
 * The mailbox walk: one browser opens mail after mail, thousands from people who are not leads and some from people
 * who are; another one with the same user signed in lies idle for exactly as long. What the two send is compared, and
 * every address is looked for in everything that was written down anywhere.
 */
export interface Walked {
  opened: { strangers: number; leads: number };
  /** Mails that the extension did not take for what they are. */
  mistaken: string[];
  seconds: number;
  /** What left each browser and what came back, without the requests for cards of leads. */
  walk: Amount;
  idle: Amount;
  /** Kinds of requests that one browser made more often, or larger, than the other. */
  differences: string[];
  /** Requests for cards by tag, and how many tags in them belong to nobody who is a lead. */
  batches: number;
  foreignTags: number;
  /** Addresses found anywhere. */
  found: Trace[];
}
export interface Amount {
  requests: number;
  bytes: number;
}

interface Correspondent {
  email: string;
  name: string;
  lead: boolean;
}

export async function walk(
  backend: Backend,
  market: Marketing,
  size: { strangers: number; leads: number; secondsARound: number },
): Promise<Walked> {
  const word = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
  const person = (n: number, lead: boolean): Correspondent => ({
    email: `${lead ? 'lea' : 'nobody'}.${word}.${n}@${lead ? 'northwind' : 'elsewhere'}.example`,
    name: `${lead ? 'Lea' : 'Nobody'} ${word} ${n}`,
    lead,
  });
  const strangers = Array.from({ length: size.strangers }, (_, n) => person(n, false));
  const leads = Array.from({ length: size.leads }, (_, n) => person(n, true));
  for (const { email, name } of leads) await market.touch({ email, name });
  const mails = shuffled(strangers, leads);

  const [walking, idle] = [await device(backend), await device(backend)];
  try {
    const began = await beginTogether([walking, idle], size.secondsARound);
    const started = performance.now();
    const mistaken = await openAll(walking, mails);
    const seconds = (performance.now() - started) / 1000;
    await endTogether([walking, idle], began);

    const isBatch = ({ url }: Recorded) => new URL(url).pathname === '/v1/cards/batch';
    const batches = walking.wire.requests.filter(isBatch);
    const ours = (wire: Recorder) => wire.since().filter(({ method }) => method !== 'CONNECT');
    const [walked, rested] = [ours(walking.wire), ours(idle.wire)];
    const quiet = walked.filter((request) => !isBatch(request));
    return {
      opened: { strangers: strangers.length, leads: leads.length },
      mistaken,
      seconds,
      walk: amount(quiet),
      idle: amount(rested),
      differences: differences(quiet, rested),
      batches: batches.length,
      foreignTags: await foreign(batches, leads, await backend.as(rep)),
      found: traces(
        mails.map(({ email }) => email),
        {
          'what the browser sent': said(walking.wire.requests),
          'the backend’s log': backend.output(),
          'the backend’s metrics': await (await fetch(`${backend.url}/metrics`)).text(),
          'the extension’s console': walking.console.join('\n'),
        },
      ).concat(
        traces(
          strangers.map(({ email }) => email),
          { 'the extension’s files': onDisk(walking.extension.profile) },
        ),
      ),
    };
  } finally {
    for (const { extension, wire } of [walking, idle]) {
      await extension.close();
      await wire.stop();
    }
  }
}

/** Leads spread evenly among the others. */
function shuffled(strangers: readonly Correspondent[], leads: readonly Correspondent[]): Correspondent[] {
  const every = Math.ceil(strangers.length / (leads.length || 1));
  return strangers.flatMap((one, n) => (n % every === 0 && leads[n / every] ? [leads[n / every]!, one] : [one]));
}

interface Device {
  extension: Extension;
  wire: Recorder;
  /** A page of the extension, to ask and to hear from. */
  page: Page;
  /** The mailbox, with a mail open from somebody who is no lead. */
  mailbox: Page;
  console: string[];
}

async function device(backend: Backend): Promise<Device> {
  const wire = await recordingProxy();
  // Thousands of navigations within a page are more than the browser believes a page to make.
  const extension = await launch({ proxy: wire, args: ['--disable-ipc-flooding-protection'] });
  const console: string[] = [];
  for (const worker of extension.context.serviceWorkers()) worker.on('console', (message) => console.push(message.text()));
  extension.context.on('console', (message) => console.push(message.text()));
  extension.context.on('weberror', (error) => console.push(String(error.error())));
  await signIn(extension.context, backend.url, { sample: rep });
  const page = await extension.open('managed.json');
  const mailbox = await extension.context.newPage();
  await (await gmail(extension.context)).show(mailbox, 'thread-several-messages');
  await mailbox.bringToFront();
  return { extension, wire, console, page, mailbox };
}

interface Browser {
  alarms: {
    create(name: string, when: { when: number; periodInMinutes: number }): Promise<void>;
    onAlarm: { addListener(listener: (alarm: { name: string }) => void): void };
  };
  storage: Record<'local' | 'session', { set(items: object): Promise<void>; remove(key: string): Promise<void> }>;
  runtime: { onMessage: { addListener(listener: (message: unknown) => void): void } };
}

/** Both devices from the same state, with rounds at the same moments: what is left to differ is what they look at. Answers when. */
async function beginTogether(devices: readonly Device[], seconds: number): Promise<number> {
  const both = (work: (device: Device) => Promise<unknown>) => Promise.all(devices.map(work));
  // Sync twice, so that nothing is left over from the sign-in; then with a new token each.
  await both(({ page }) => ask(page, 'sync'));
  await both(({ page }) =>
    page.evaluate(() => (globalThis as unknown as { chrome: Browser }).chrome.storage.session.remove('session.access')),
  );
  await both(({ page }) => ask(page, 'sync'));
  const now = Date.now();
  await both(({ page }) =>
    page.evaluate(
      async ({ now, seconds }) => {
        const world = globalThis as unknown as { chrome: Browser; rounds: number };
        const { alarms, storage } = world.chrome;
        world.rounds = 0;
        alarms.onAlarm.addListener(({ name }) => {
          if (name === 'minute') world.rounds++;
        });
        await storage.local.set({ synced: { me: now, users: now, leadset: now, queue: now, evict: now } });
        await alarms.create('minute', { when: now + seconds * 1000, periodInMinutes: seconds / 60 });
      },
      { now, seconds },
    ),
  );
  for (const { wire } of devices) wire.since();
  return now;
}

/** After the next round of both, one more sync, which begins when what is under way has ended. */
async function endTogether(devices: readonly Device[], began: number): Promise<void> {
  const both = <T>(work: (device: Device) => Promise<T>) => Promise.all(devices.map(work));
  const rounds = await both(({ page }) => page.evaluate(() => (globalThis as unknown as { rounds: number }).rounds));
  const last = Math.max(...rounds) + 1;
  await both(({ page }) =>
    page.evaluate(
      (last) =>
        new Promise<void>((resolve) => {
          const world = globalThis as unknown as { chrome: Browser; rounds: number };
          const look = () => {
            if (world.rounds >= last) resolve();
          };
          look();
          world.chrome.alarms.onAlarm.addListener(look);
        }),
      last,
    ),
  );
  // The background hears of a round when the page does, and begins it a little later: a sync in between would be both.
  await both(({ wire }) => {
    let asked = 0;
    const isFeed = ({ at, method, url }: Recorded) => at >= began && method === 'GET' && new URL(url).pathname === '/v1/cards';
    return wire.seen((request) => isFeed(request) && ++asked === last);
  });
  await both(({ page }) => ask(page, 'sync'));
}

/** Opens one mail after the other as Gmail does, each after the extension has said what it makes of the one before. */
async function openAll({ mailbox, page: own }: Device, mails: readonly Correspondent[]): Promise<string[]> {
  await mailbox.evaluate(furnish);
  await own.evaluate(listen);
  const mistaken: string[] = [];
  for (const [n, { email, name, lead }] of mails.entries()) {
    const [, person] = await Promise.all([
      mailbox.evaluate((mail) => (window as unknown as Furnished).openMail(mail), { email, name, n }),
      own.evaluate((email) => (globalThis as unknown as Listening).sceneOf(email), email),
    ]);
    if (person.known !== (lead ? 'lead' : 'stranger')) mistaken.push(`${email} is taken for ${person.known}`);
  }
  return mistaken;
}

type Furnished = { openMail(mail: { email: string; name: string; n: number }): void };
/** In the page: the open thread becomes the mould of all others. */
function furnish(): void {
  const drawn = 'dana.whitfield@northwind.example';
  const main = document.querySelector('[role="main"] .a98')!;
  const mould = main.cloneNode(true) as Element;
  let shown = main;
  Object.assign(window, {
    openMail({ email, name, n }: { email: string; name: string; n: number }) {
      const next = mould.cloneNode(true) as Element;
      for (const element of next.querySelectorAll('*')) {
        for (const attribute of ['email', 'data-hovercard-id', 'jid'])
          if (element.getAttribute(attribute) === drawn) element.setAttribute(attribute, email);
        for (const attribute of ['name', 'data-name'])
          if (element.getAttribute(attribute) === 'Dana Whitfield') element.setAttribute(attribute, name);
        for (const node of element.childNodes)
          if (node.nodeType === Node.TEXT_NODE) node.nodeValue = node.nodeValue!.replace(drawn, email).replace('Dana Whitfield', name);
      }
      const letters = [...String(n).padStart(6, '0')].map((digit) => 'BCDFGHJKLM'[Number(digit)]).join('');
      location.hash = `#inbox/FMfcgzQcpKmXnVgjxCqmlckG${letters}`;
      shown.replaceWith(next);
      shown = next;
    },
  } satisfies Furnished);
}

type Listening = { sceneOf(email: string): Promise<ScenePerson> };
/** In a page of the extension: whom the background took the sender of the mail in view for. */
function listen(): void {
  const told = new Map<string, unknown>();
  const waiting = new Map<string, (person: unknown) => void>();
  interface Told {
    baton?: string;
    kind?: string;
    payload?: { focus?: number; people: { keys: { value: string }[] }[] };
  }
  (globalThis as unknown as { chrome: Browser }).chrome.runtime.onMessage.addListener((message) => {
    const { baton, kind, payload } = message as Told;
    if (baton !== 'tell' || kind !== 'scene' || payload?.focus === undefined) return;
    const person = payload.people[payload.focus]!;
    const email = person.keys[0]?.value ?? '';
    told.set(email, person);
    waiting.get(email)?.(person);
    waiting.delete(email);
  });
  Object.assign(globalThis, {
    sceneOf: (email: string) => (told.has(email) ? told.get(email) : new Promise((resolve) => waiting.set(email, resolve))),
  });
}

const size = ({ sent, got }: Recorded): number => sent + got;
const amount = (requests: readonly Recorded[]): Amount => ({
  requests: requests.length,
  bytes: requests.reduce((sum, request) => sum + size(request), 0),
});

/** By kind of request: how many and how large. */
function differences(walked: readonly Recorded[], rested: readonly Recorded[]): string[] {
  const kinds = (requests: readonly Recorded[]) => {
    const count = new Map<string, number>();
    for (const request of requests) {
      const { pathname, searchParams } = new URL(request.url);
      const kind = `${request.method} ${pathname}?${[...searchParams.keys()].join('&')} of ${size(request)} bytes`;
      count.set(kind, (count.get(kind) ?? 0) + 1);
    }
    return count;
  };
  const [mine, theirs] = [kinds(walked), kinds(rested)];
  return [...new Set([...mine.keys(), ...theirs.keys()])]
    .filter((kind) => mine.get(kind) !== theirs.get(kind))
    .map((kind) => `${kind}: ${mine.get(kind) ?? 0} while walking, ${theirs.get(kind) ?? 0} idle`);
}

/** Tags that were asked for and belong to none of these leads, under any key that holds. */
async function foreign(
  batches: readonly Recorded[],
  leads: readonly Correspondent[],
  call: Awaited<ReturnType<Backend['as']>>,
): Promise<number> {
  const { key, next } = await call<{ key: string; next?: { key: string } }>('GET', '/v1/leadset/key');
  const own = new Set<string>();
  for (const one of next ? [key, next.key] : [key]) {
    const hmac = await importTagKey(fromBase64url(one)!);
    for (const { email } of leads) own.add(base64url(await tagOf(hmac, 'email', email)));
  }
  return batches.flatMap(({ body }) => (JSON.parse(body) as { tags: string[] }).tags).filter((tag) => !own.has(tag)).length;
}

const said = (requests: readonly Recorded[]): string =>
  requests.map(({ method, url, headers, body }) => `${method} ${url}\n${JSON.stringify(headers)}\n${body}`).join('\n');

/** What the extension keeps in the browser's profile. */
function onDisk(profile: string): string {
  const parts: string[] = [];
  for (const folder of ['IndexedDB', 'Local Extension Settings']) {
    const at = join(profile, 'Default', folder);
    if (!existsSync(at)) continue;
    for (const name of readdirSync(at, { recursive: true, encoding: 'utf8' })) {
      const path = join(at, name);
      if (name.includes(chromiumId) && statSync(path).isFile()) parts.push(readFileSync(path, 'latin1'));
    }
  }
  if (parts.length === 0) throw new Error(`There is nothing of the extension in ${profile}.`);
  return parts.join('\n');
}
