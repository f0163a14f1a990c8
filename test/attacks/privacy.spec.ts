import type { Page } from '@playwright/test';
import { chromiumId } from '../../lib/contract/identity.ts';
import { routes } from '../../lib/contract/index.ts';
import type { Decision } from '../../lib/funnel/lead.ts';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import { samplePassword } from '../../server/sign-in/sample.ts';
import { attendedAndRead, expect, somebody, test } from '../e2e/house.ts';
import { cardIn } from '../harness/extension.ts';
import { admin, marketer, rep } from '../harness/people.ts';
import { codes, table } from '../harness/privacy.ts';
import type { Recorded } from '../harness/proxy.ts';

/**
 * `docs/privacy.md` names every request of the extension with every field, and every header. Here a session does
 * everything that a rep and a marketer can do, and what left the browser is compared with what is written, both ways.
 */

/** Paths of everything in a body: `basis.after`, `keys[].kind`. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${path}[]`] : value.flatMap((one) => fieldsOf(one, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, path ? `${path}.${name}` : name));
}

const patterns = Object.values(routes).map(({ method, path }) => ({
  method,
  path,
  // Named ones first: `/v1/leads/search` is no id.
  rank: (path.match(/\{/g) ?? []).length,
  matches: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
}));
const nameOf = (method: string, pathname: string): string => {
  const [found] = patterns.filter((one) => one.method === method && one.matches.test(pathname)).sort((a, b) => a.rank - b.rank);
  return `${method} ${found?.path ?? pathname.replace(/^(\/sign-in\/(?:as|auth))\/[^/]+/, '$1/{id}')}`;
};

interface Sent {
  fields: Set<string>;
  headers: Set<string>;
}
function collect(requests: readonly Recorded[], backend: string): Map<string, Sent> {
  const all = new Map<string, Sent>();
  for (const { method, url, headers, body } of requests) {
    if (!url.startsWith(backend) || method === 'OPTIONS') continue;
    const { pathname, searchParams } = new URL(url);
    const name = nameOf(method, pathname);
    const sent = all.get(name) ?? { fields: new Set(), headers: new Set() };
    all.set(name, sent);
    for (const key of searchParams.keys()) sent.fields.add(`?${key}`);
    const type = headers['content-type'] ?? '';
    if (type.includes('json') && body) for (const field of fieldsOf(JSON.parse(body))) sent.fields.add(field);
    if (type.includes('form-urlencoded')) for (const key of new URLSearchParams(body).keys()) sent.fields.add(key);
    // The browser says to a proxy what it would not say to the backend.
    for (const header of Object.keys(headers)) if (header !== 'proxy-connection') sent.headers.add(header);
  }
  return all;
}

test('what leaves the browser is what the table says, field by field', async ({ fresh, backend, market, wire }) => {
  test.setTimeout(240_000);
  const page = await fresh.open('options.html');
  const all = <T>(calls: readonly Promise<T>[]) => Promise.all(calls);
  await ask(page, 'probe', { backend: backend.url });

  // Leads at every place in the funnel that an act of ours begins at.
  const word = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
  const lead = async (name: string, handed: boolean): Promise<string> => {
    const id = await market.touch({ email: `${name}.${word}@northwind.example`, name: `${name} ${word}`, company: 'Northwind' }, [
      { event: 'Webinar Attended', campaign: 'Cut churn', daysAgo: 2 },
    ]);
    if (handed) await market.handOver(id, rep);
    return id;
  };
  const [first, second, third, fourth, fifth] = [
    await lead('ada', true),
    await lead('bea', true),
    await lead('cia', true),
    await lead('dea', true),
    await lead('eva', true),
  ];
  const unhanded = await lead('fay', false);

  await signIn(fresh.context, backend.url, { sample: rep });
  await ask(page, 'sync');
  await page.evaluate(() =>
    (globalThis as unknown as { chrome: { storage: { session: { remove(key: string): Promise<void> } } } }).chrome.storage.session.remove(
      'session.access',
    ),
  );
  await ask(page, 'sync');
  /** Acts, and sends at once instead of after six seconds. */
  const now = async (act: Promise<{ id: string }>): Promise<void> => {
    const { id } = await act;
    await ask(page, 'retry', { id });
    await expect.poll(async () => (await ask(page, 'outbox')).find((one) => one.id === id)?.status).toMatch(/done|refused/);
  };
  const decide = (lead: string, decision: Decision) => now(ask(page, 'decide', { lead, decision }));
  const { items: users } = await ask(page, 'users');
  const colleague = users.find(({ role }) => role === 'rep')!.id;

  // Two at once: the second builds on the first.
  const held = await ask(page, 'decide', { lead: first, decision: { kind: 'attempt', channel: 'call' } });
  await now(ask(page, 'decide', { lead: first, decision: { kind: 'accept' } }));
  await ask(page, 'retry', { id: held.id });
  await decide(first, { kind: 'qualify', criteria: ['need'] });
  await decide(first, { kind: 'open_opportunity', amount: { value: 100_000, currency: 'EUR' } });
  await decide(first, { kind: 'win', amount: { value: 100_000, currency: 'EUR' } });
  await decide(second, { kind: 'pause', reason: 'On leave', until: new Date(Date.now() + 86_400_000).toISOString() });
  await decide(second, { kind: 'resume' });
  await decide(second, { kind: 'recycle', reason: 'bad_timing', wakesOn: '2027-02-20', note: 'asked for spring' });
  await decide(second, { kind: 'reopen' });
  await decide(third, { kind: 'disqualify', reason: 'student_or_jobseeker', note: 'writes a thesis' });
  await decide(fourth, { kind: 'qualify', criteria: [] });
  await decide(fourth, { kind: 'open_opportunity' });
  await decide(fourth, { kind: 'lose', reason: 'no_budget', wakesOn: '2027-02-20', note: 'next year' });
  await decide(fifth, { kind: 'assign', to: colleague });

  const card = await ask(page, 'lead', { id: first });
  const { items: touches } = await ask(page, 'touches', { lead: first });
  await ask(page, 'touches', { lead: first, campaign: card.campaigns[0]!.id });
  await now(ask(page, 'feedback', { lead: first, kind: 'verdict', verdict: 'poor', reasons: ['no_budget'], note: 'too small' }));
  await now(ask(page, 'feedback', { lead: first, kind: 'insight', note: 'They renew in March.', campaign: card.campaigns[0]!.id }));
  await now(ask(page, 'feedback', { lead: first, kind: 'insight', note: 'They liked it.', touch: touches[0]!.id }));
  await now(
    ask(page, 'add', {
      name: `Gil ${word}`,
      title: 'CFO',
      company: 'Harbour',
      keys: [{ kind: 'email', value: `gil.${word}@harbour.example` }],
    }),
  );
  await now(ask(page, 'tie', { lead: first, kind: 'email', value: `second.${word}@northwind.example` }));
  const tied = (await ask(page, 'lead', { id: first })).person.keys.find(({ value }) => value.startsWith('second'))!;
  await now(ask(page, 'untie', { lead: first, key: tied.id }));
  await ask(page, 'find', { text: word });
  await ask(page, 'history', { lead: first });
  await ask(page, 'touches', { lead: first, before: 'the page after' }).catch(() => undefined);
  // Known, and not on this device: asked for by tag.
  await ask(page, 'sync');
  await ask(page, 'check', { value: `fay.${word}@northwind.example` });
  await ask(page, 'check', { value: `nobody.${word}@elsewhere.example` });
  const { gmail } = await import('../harness/gmail.ts');
  const tab = await fresh.context.newPage();
  await (await gmail(fresh.context)).show(tab, 'thread-several-messages', { email: `nobody.${word}@elsewhere.example`, name: 'Nobody' });
  await cardIn(tab);
  await ask(page, 'diagnosis');
  await ask(page, 'signOut');

  await signIn(fresh.context, backend.url, { email: marketer, password: samplePassword });
  await ask(page, 'sync');
  await now(
    ask(page, 'decide', {
      lead: unhanded,
      decision: {
        kind: 'hand_over',
        to: users.find(({ role }) => role === 'rep')!.id,
        criteria: [],
        why: ['Asked for a demo'],
        intent: 'high',
      },
    }),
  );
  const said = (await ask(page, 'lead', { id: first })).feedback[0]!;
  await now(ask(page, 'reply', { lead: first, feedback: said.id, state: 'done', note: 'Thank you.' }));
  await ask(page, 'signOut');
  await all([ask(page, 'forget')]);

  const seen = collect(wire.requests, backend.url);
  const written = new Map(table('Field by field').map(([request, fields]) => [codes(request!)[0]!, new Set(codes(fields!))]));
  const differences: string[] = [];
  for (const [name, { fields }] of seen) {
    const said = written.get(name);
    if (!said) differences.push(`${name} is not in the table: ${[...fields].join(' ')}`);
    else for (const field of fields) if (!said.has(field)) differences.push(`${name}: ${field} is not in the table`);
  }
  for (const [name, fields] of written) {
    const sent = seen.get(name);
    if (!sent) differences.push(`${name} is in the table and was never seen`);
    else for (const field of fields) if (!sent.fields.has(field)) differences.push(`${name}: ${field} is in the table and was never seen`);
  }
  const headers = new Set([...seen.values()].flatMap(({ headers }) => [...headers]));
  const named = new Set(table('Headers').flatMap(([names]) => codes(names!)));
  for (const header of headers) if (!named.has(header)) differences.push(`the header ${header} is not in the table`);
  for (const header of named) if (!headers.has(header)) differences.push(`the header ${header} is in the table and was never seen`);
  expect(differences).toEqual([]);

  // To the backend alone. What Chromium itself asks of its maker is not ours; and where the sign-in comes back to it
  // opens a connection, which the window leaves before anything is asked there.
  const makers = /(^|\.)(google|googleapis|gstatic|gvt1)\.com$/;
  const own = `${chromiumId}.chromiumapp.org`;
  const elsewhere = wire.requests
    .filter(({ url }) => !url.startsWith(backend.url))
    .filter(({ method, url }) => !makers.test(new URL(url).hostname) && !(method === 'CONNECT' && new URL(url).hostname === own));
  expect([...new Set(elsewhere.map(({ url }) => url))]).toEqual([]);
});

test('whatever is opened in the report and the options, nothing is asked for that the tables do not name', async ({
  fresh,
  backend,
  market,
  wire,
}) => {
  test.setTimeout(240_000);
  const lead = await market.touch(somebody(), attendedAndRead);
  const written = new Map<string, Set<string>>();
  for (const [requests, fields] of [...table('Field by field'), ...table('The report and the options')])
    for (const request of codes(requests!)) written.set(request, new Set([...(written.get(request) ?? []), ...codes(fields!)]));

  const settled = (page: Page) => expect(page.locator('[aria-busy="true"], .late-shapes')).toHaveCount(0);
  for (const role of [rep, marketer, admin]) {
    await signIn(fresh.context, backend.url, { email: role, password: samplePassword });
    for (const file of ['report.html', 'options.html']) {
      const page = await fresh.open(file);
      const links = page.getByRole('navigation').first().getByRole('button').or(page.getByRole('navigation').first().getByRole('link'));
      await links.first().waitFor();
      for (let index = 0; index < (await links.count()); index++) {
        await links.nth(index).click();
        await page.getByRole('main').getByRole('heading', { level: 1 }).first().waitFor();
        await settled(page);
      }
      await page.close();
    }
    const person = await fresh.open(`report.html#person?lead=${lead}`);
    await person.getByRole('heading', { level: 2 }).first().waitFor();
    const options = await fresh.open('options.html');
    await ask(options, 'signOut');
    await person.close();
    await options.close();
  }

  const seen = collect(wire.requests, backend.url);
  const unnamed = [...seen].flatMap(([name, { fields }]) =>
    written.has(name) ? [...fields].filter((field) => !written.get(name)!.has(field)).map((field) => `${name} ${field}`) : [name],
  );
  expect(unnamed).toEqual([]);
  // What is only asked for where there is a CRM or a webhook, or after a press of a button, is held by its own tests.
  const ofSomething = ['/v1/sources/{id}/', '/v1/webhooks/{id}/', '/v1/agreement/record', '/v1/digests/preview', '/v1/handoffs'];
  const never = table('The report and the options')
    .flatMap(([requests]) => codes(requests!))
    .filter((request) => request.startsWith('GET ') && !seen.has(request) && !ofSomething.some((path) => request.includes(path)));
  expect(never).toEqual([]);
});
