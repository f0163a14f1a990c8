import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readAny } from '../../lib/sites/index.ts';
import type { Sighting } from '../../lib/sites/site.ts';
import { open } from '../../scripts/read.ts';
import { beside, besideFolder } from './pages.ts';

/**
 * Captures and reconstructions of real pages that nobody here wrote, where they stand beside the project. Each field that
 * its file tells is looked for; what was found and is not so counts as wrong.
 */

type Told = { [name: string]: unknown };
interface Person {
  name?: string | null;
  email?: string | null;
}

/** The kinds whose scores must never be added together. */
const kindOf = (site: string, name: string, told: Told) => {
  if (name.startsWith('li-') || String(told.capture ?? '').startsWith('real')) return `${site}, real`;
  return name.startsWith('recon-') ? `${site}, reconstructed` : `${site}, composed`;
};

const keys = (seen: Sighting) => seen.people.flatMap((person) => person.keys.map((key) => key.value));
const focused = (seen: Sighting) => (seen.focus === undefined ? undefined : seen.people[seen.focus]);

/** What is told of a page, as pairs of what should be and what was seen. `undefined` seen = lost, not wrong. */
function* fields(told: Told, seen: Sighting): Generator<[field: string, should: unknown, is: unknown]> {
  const truth = (told.truth ?? told) as Told;
  if (typeof truth.account === 'string') yield ['account', truth.account, seen.account];
  const all = keys(seen);
  const within = (email: string | null | undefined) => (email && all.includes(email) ? email : undefined);

  const subject = told.subject as
    | (Person & { vanity?: string | null; opaqueProfileId?: string; salesProfileId?: string })
    | string
    | undefined;
  if (typeof subject === 'object') {
    const person = focused(seen);
    yield ['name', subject.name, person?.name];
    for (const [kind, value] of [
      ['linkedin', subject.vanity],
      ['linkedin-member', subject.opaqueProfileId],
      ['sales-navigator', subject.salesProfileId],
      ['email', subject.email],
    ] as const)
      if (value !== undefined) yield [kind, value ?? undefined, person?.keys.find((key) => key.kind === kind)?.value];
  }
  const { sender, selectedRow } = told as { sender?: Person | null; selectedRow?: { sender: Person } };
  const from = sender ?? selectedRow?.sender;
  if (from) {
    yield ['sender', from.email ?? undefined, focused(seen)?.keys[0]?.value];
    yield ['sender’s name', from.name ?? undefined, focused(seen)?.name];
  } else if (sender === null) yield ['sender', undefined, focused(seen)?.keys[0]?.value];
  for (const role of ['to', 'cc'] as const)
    for (const one of (told[role] ?? []) as Person[]) {
      const person = seen.people.find((other) => (one.email ? other.keys.some((key) => key.value === one.email) : other.name === one.name));
      yield [role, one.email ?? one.name, person && (one.email ? one.email : person.keys.length ? person.keys[0]!.value : person.name)];
    }
  const messages = (truth.messages ?? []) as { sender: Person | null; recipients: Person[] }[];
  for (const message of messages) {
    if (message.sender) yield ['sender of a message', message.sender.email, within(message.sender.email)];
    for (const one of message.recipients) yield ['recipient', one.email, within(one.email)];
  }
  // A list beside an open thread is not what the user reads.
  if (!messages.length && !((truth.composes ?? []) as unknown[]).length)
    for (const row of (truth.rows ?? []) as { participants?: Person[]; vanityOrOpaque?: string; name?: string }[]) {
      for (const one of row.participants ?? []) yield ['participant', one.email, within(one.email)];
      if (row.vanityOrOpaque) {
        const person = seen.people.find((other) => other.keys.some((key) => key.value === row.vanityOrOpaque));
        yield ['row', `${row.vanityOrOpaque} ${row.name}`, person && `${row.vanityOrOpaque} ${person.name}`];
      }
    }
  for (const chip of (truth.recipientChips ?? []) as Person[]) yield ['chip', chip.email, within(chip.email)];
  for (const draft of (truth.composes ?? []) as Record<'to' | 'cc' | 'bcc', Person[]>[])
    for (const role of ['to', 'cc', 'bcc'] as const) for (const one of draft[role]) yield [`draft ${role}`, one.email, within(one.email)];
}

describe.skipIf(!beside)('pages beside the project', () => {
  const scores: Record<string, { told: number; agree: number; pages: number; whole: number }> = {};
  const pages = !beside
    ? []
    : readdirSync(besideFolder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .flatMap(({ name: site }) =>
          readdirSync(join(besideFolder, site))
            .filter((file) => file.endsWith('.html'))
            .map((file) => [`${site}/${file.replace(/\.html$/, '')}`, site, file.replace(/\.html$/, '')] as const),
        );

  test.each(pages)('%s names nobody else', async (_, site, name) => {
    const told = JSON.parse(readFileSync(join(besideFolder, site, `${name}.expected.json`), 'utf8')) as Told;
    const url = (told.url as string | undefined) ?? 'https://mail.google.com/mail/u/0/#inbox/x';
    const page = open(readFileSync(join(besideFolder, site, `${name}.html`), 'utf8'), url);
    const seen = readAny(page.document, new URL(url));
    await page.close();
    const kind = kindOf(site, name, told);
    scores[kind] ??= { told: 0, agree: 0, pages: 0, whole: 0 };
    const score = scores[kind];
    const found = [...fields(told, seen)];
    score.pages++;
    score.told += found.length;
    const agreeing = found.filter(([, should, is]) => should === is);
    score.agree += agreeing.length;
    if (agreeing.length === found.length) score.whole++;
    expect(found.filter(([, should, is]) => is !== undefined && is !== should)).toEqual([]);
  });

  afterAll(() => {
    for (const [kind, { told, agree, pages: of, whole }] of Object.entries(scores))
      console.log(`${kind}: ${agree} of ${told} fields agree, ${whole} of ${of} pages in whole`);
  });
});
