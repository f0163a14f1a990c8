import { Window } from 'happy-dom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page } from '../../lib/sites/page/site.ts';
import { practice } from '../../server/practice/mailbox.ts';
import { seedSample } from '../../server/sample/seed.ts';
import { type TestServer, testServer } from '../server/harness.ts';

const now = Date.parse('2026-11-24T11:45:00Z');
let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());
const get = (path: string, origin = server.config.url) => server.app.fetch(new Request(origin + path));

async function sighting(path: string) {
  const url = server.config.url + path;
  const window = new Window({ url });
  try {
    window.document.write(await (await get(path)).text());
    return page.read(window.document as unknown as Document, new URL(url));
  } finally {
    await window.happyDOM.close();
  }
}
const emails = ({ people }: { people: { keys: { value: string }[] }[] }) => people.flatMap(({ keys }) => keys.map(({ value }) => value));

describe('the practice pages', () => {
  it('do not exist where there is no sample', async () => {
    for (const path of ['/practice', '/practice/style.css', '/practice/mail/1', '/practice/people'])
      expect((await get(path)).status).toBe(404);
    await seedSample(server.store, now);
    expect((await get('/practice')).status).toBe(200);
    expect((await get('/practice', 'http://baton.example:8787')).status).toBe(404);
    expect((await get('/practice/mail/99')).status).toBe(404);
    expect((await get('/practice/people/nobody')).status).toBe(404);
  });

  it('have no script, no frame, no address outside this server, and a policy that says so', async () => {
    const { mails, profiles } = practice(now);
    const paths = [
      '/practice',
      '/practice/people',
      ...mails.map(({ id }) => `/practice/mail/${id}`),
      ...profiles.map(({ slug }) => `/practice/people/${slug}`),
    ];
    for (const path of paths) {
      const answer = await get(path);
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/);
      const text = await answer.text();
      expect(text).not.toMatch(/<script|<iframe|<form|\sstyle=|\son\w+=/i);
      expect(text).not.toMatch(/https?:\/\//);
      for (const [, href] of text.matchAll(/href="([^"]*)"/g)) {
        if (!href!.startsWith('/')) expect(href).toMatch(/^(#main|data:,|mailto:[^@]+@[a-z0-9.-]+\.example)$/);
        else if (href !== '/practice/style.css') expect(paths).toContain(href);
      }
    }
  });

  it('a mail is read as a message of its author, with the people in copy', async () => {
    const seen = await sighting('/practice/mail/1');
    expect(seen.view).toBe('message');
    expect(seen.people[seen.focus!]).toMatchObject({
      role: 'author',
      name: 'Dana Whitfield',
      keys: [{ kind: 'email', value: 'dana@northwind.example' }],
    });
    expect(emails(seen).sort()).toEqual(['dana@northwind.example', 'marek.svobodny@northwind.example', 'rep@ridgeway.example']);
  });

  it('what was passed on inside a mail is not read', async () => {
    const { mails } = practice(now);
    const passedOn = mails.find(({ quoted }) => quoted)!;
    const seen = await sighting(`/practice/mail/${passedOn.id}`);
    expect(emails(seen).sort()).toEqual(['ana@ridgeway.example', 'rep@ridgeway.example']);
  });

  it('the inbox lists people, a profile is about one', async () => {
    const inbox = await sighting('/practice');
    expect(inbox.view).toBe('list');
    expect(new Set(emails(inbox)).size).toBe(16);
    const profile = await sighting('/practice/people/dana-whitfield-ops');
    expect(profile).toMatchObject({
      view: 'profile',
      focus: 0,
      people: [{ role: 'profile', name: 'Dana Whitfield', keys: [{ value: 'dana@northwind.example' }] }],
    });
    expect(emails(await sighting('/practice/people'))).toHaveLength(6);
  });

  it('is the same mailbox for as long as the sample lives', () => {
    const { mails } = practice(now);
    expect(practice(now)).toEqual(practice(now));
    const names = mails.map(({ from }) => from.name);
    expect(names[0]).toBe('Dana Whitfield');
    expect(names).toEqual(expect.arrayContaining(['Carla Mendesinha', 'Henrik Solgaard', 'Ana Duartes']));
    expect(new Set(names).size).toBe(names.length);
    expect(
      mails.some(({ dir }) => dir === 'rtl') && mails.some(({ lang }) => lang === 'ja') && mails.some(({ lang }) => lang === 'de'),
    ).toBe(true);
    for (const { at } of mails) expect(at).toBeLessThan(now);
  });
});
