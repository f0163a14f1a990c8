import type { Frame, Locator, Page } from '@playwright/test';
import type { Digest } from '../../lib/contract/routes/digests.ts';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import { cardIn, type Extension, press, settled } from '../harness/extension.ts';
import type { Prospect } from '../harness/marketing.ts';
import { manager, marketer, rep } from '../harness/people.ts';
import { expect, sync, test, times } from './house.ts';

/**
 * Both teams, from a campaign to what is said about it: twenty people come, a rule hands eight over, the rep answers
 * from the mail and from the queue and says what they were worth, marketing answers, and every report tells exactly that.
 */
test.setTimeout(480_000);

const word = () => [...crypto.getRandomValues(new Uint8Array(7))].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');

/** Somebody else signs in on the same device. */
async function as(extension: Extension, backend: string, email: string): Promise<void> {
  const options = await extension.open('options.html');
  await ask(options, 'signOut');
  await options.close();
  await signIn(extension.context, backend, { sample: email });
  await sync(extension);
}

/** The rows of a table of figures, by their first cell. */
const rowOf = (page: Page, name: string | RegExp): Locator =>
  page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name }) })
    .first();
const cells = async (row: Locator): Promise<string[]> => {
  await row.waitFor();
  return (await row.getByRole('cell').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
};

/** The same as a press, with the keyboard. */
async function pressKey(button: Locator): Promise<void> {
  await button.focus();
  await settled(button);
  await button.press('Enter');
}

test('a campaign brings twenty people; both teams see what became of them', async ({ extension, mail, market, backend }) => {
  // A step that finds nothing to press says so, long before the story's own time is over.
  extension.context.setDefaultTimeout(30_000);
  const tag = word();
  const [webinar, demo] = [`Webinar ${tag}`, `Demo day ${tag}`];
  const company = `Kestrel ${tag}`;
  const people: Prospect[] = Array.from({ length: 20 }, (_, i) => ({
    email: `p${i}.${tag}@kestrel.example`,
    name: `${['Ada', 'Bo', 'Cleo', 'Dag', 'Edda', 'Finn', 'Gro', 'Hal'][i] ?? `Guest${i}`} ${tag}`,
    title: 'Head of Support',
    company,
  }));
  const asMarketer = await backend.as(marketer);
  const asManager = await backend.as(manager);
  const week = () => asManager<Digest>('GET', '/v1/digests/preview?grain=week');
  const before = await week();

  // ── Marketing: two campaigns, and a rule that hands over whoever asks for the demo.
  const campaign = (name: string) => asMarketer<{ id: string }>('POST', '/v1/campaigns', { name, channel: 'webinar' });
  const [first, second] = [await campaign(webinar), await campaign(demo)];
  const { items: users } = await asMarketer<{ items: { id: string; email: string }[] }>('GET', '/v1/users');
  const rule = await asMarketer<{ id: string }>('POST', '/v1/rules', {
    name: `Asked for the demo ${tag}`,
    when: { kind: 'campaign', days: 7, campaigns: [second.id] },
    criteria: ['icp', 'intent', 'role'],
    intent: 'standard',
    assign: { owner: false, segments: [], otherwise: { to: 'user', user: users.find(({ email }) => email === rep)!.id } },
  });
  await asMarketer('PATCH', `/v1/rules/${rule.id}`, { on: true });

  // ── Twenty people come; eight of them ask for the demo.
  const attended = { event: 'Webinar Attended', properties: { webinar }, campaign: webinar, daysAgo: 0.2 };
  const asked = { event: 'Form Submitted', properties: { form: 'Show me' }, campaign: demo, daysAgo: 0.01 };
  const leads: string[] = [];
  for (const [i, person] of people.entries()) leads.push(await market.touch(person, i < 8 ? [attended, asked] : [attended]));
  const handedOver = async () => (await Promise.all(leads.map((lead) => market.card(lead)))).filter(({ stage }) => stage === 'mql').length;
  await expect.poll(handedOver).toBe(8);
  expect((await market.card(leads[0]!)).handoff?.criteria).toEqual(['icp', 'intent', 'role']);

  // ── The rep, in the mail: one is accepted and was strong, one goes back and was poor.
  await sync(extension);
  const page = await extension.context.newPage();
  const inMail = async (i: number): Promise<Frame> => {
    await mail.show(page, 'thread-several-messages', { email: people[i]!.email, name: people[i]!.name });
    const card = await cardIn(page);
    await expect(card.getByText('Waiting for you')).toBeVisible();
    return card;
  };
  let card = await inMail(0);
  await press(card.getByRole('button', { name: 'Accept' }));
  await expect(card.getByText('Accepted, saved here')).toBeVisible();
  await expect.poll(() => times(market, leads[0]!, 'stage', 'sal')).toBe(1);
  await press(card.getByRole('radio', { name: 'Strong' }));
  await expect.poll(() => times(market, leads[0]!, 'feedback')).toBe(1);
  card = await inMail(1);
  await card.getByRole('button', { name: 'Return' }).click();
  await card.getByRole('radio', { name: /^Wrong person/ }).click();
  await press(card.getByRole('button', { name: /^Return/ }).last());
  await expect.poll(() => times(market, leads[1]!, 'stage', 'recycled')).toBe(1);
  await press(card.getByRole('radio', { name: 'Poor' }));
  await expect.poll(() => times(market, leads[1]!, 'feedback')).toBe(1);
  await card.getByRole('button', { name: 'Say why' }).click();
  await card.getByRole('button', { name: 'wrong person' }).click();
  await card.getByRole('textbox', { name: /^Note/ }).fill('An intern who was sent to listen.');
  await press(card.getByRole('button', { name: /^Give/ }));
  await expect.poll(() => times(market, leads[1]!, 'feedback')).toBe(2);

  // ── The rep, in the queue, by keys alone.
  await sync(extension);
  const queue = await extension.open('report.html#queue');
  const list = queue.locator('.queue-list');
  await queue
    .getByRole('main')
    .getByRole('button', { name: new RegExp(people[2]!.name) })
    .waitFor();
  await queue.keyboard.press('/');
  // While a word is typed its letters are letters.
  await queue.keyboard.type(`${tag} aqr`);
  await expect(queue.getByText('Nothing here fits.')).toBeVisible();
  await expect(queue.getByRole('textbox', { name: 'Filter by words' })).toHaveValue(`${tag} aqr`);
  expect((await ask(queue, 'outbox')).filter(({ status }) => status !== 'done')).toEqual([]);
  for (let i = 0; i < 4; i++) await queue.keyboard.press('Backspace');
  // Seven are his: the accepted one stays until it is qualified or returned.
  await expect(list.locator('button.line')).toHaveCount(7);
  const onTo = async (name: string) => {
    const wanted = queue.locator('button.line[aria-current]').filter({ hasText: name });
    for (let i = 0; i < 8 && !(await wanted.count()); i++) await queue.keyboard.press('j');
    for (let i = 0; i < 8 && !(await wanted.count()); i++) await queue.keyboard.press('k');
    await expect(wanted).toHaveCount(1);
    await expect(queue.locator('.queue-card').getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(queue.locator('.queue-card').getByText('Waiting for you')).toBeVisible();
  };
  // Out of the filter, without a mouse.
  await queue.keyboard.press('Tab');
  await onTo(people[2]!.name);
  await queue.keyboard.press('a');
  await expect(queue.getByText('Accepted, saved here')).toBeVisible();
  // What was too fast is taken back, and done again.
  await queue.keyboard.press('u');
  await expect(queue.locator('.said')).toHaveText('Taken back.');
  await expect(queue.locator('.queue-card').getByText('Waiting for you')).toBeVisible();
  await queue.keyboard.press('a');
  await expect.poll(() => times(market, leads[2]!, 'stage', 'sal')).toBe(1);
  await onTo(people[3]!.name);
  await queue.keyboard.press('a');
  await expect.poll(() => times(market, leads[3]!, 'stage', 'sal')).toBe(1);
  await onTo(people[4]!.name);
  await queue.keyboard.press('r');
  const reasons = queue.getByRole('radiogroup', { name: 'Return' });
  await expect(reasons.getByRole('radio', { name: /^Bad timing/ })).toBeFocused();
  await queue.keyboard.press('ArrowRight');
  await queue.keyboard.press('Space');
  await expect(reasons.getByRole('radio', { name: /^No budget/ })).toBeChecked();
  await pressKey(queue.getByRole('button', { name: /^Return · back/ }));
  await expect.poll(() => times(market, leads[4]!, 'stage', 'recycled')).toBe(1);
  await onTo(people[5]!.name);
  await queue.keyboard.press('q');
  await expect(queue.getByRole('checkbox').first()).toBeFocused();
  await queue.keyboard.press('Space');
  await pressKey(queue.getByRole('button', { name: /^Qualify/ }).last());
  await expect.poll(() => times(market, leads[5]!, 'stage', 'sql')).toBe(1);
  await queue.close();

  // ── Marketing: where the eight stand, what sales says again and again, and an answer.
  await as(extension, backend.url, marketer);
  const report = await extension.open('report.html#queue?group=handed');
  const handed = report.getByRole('table');
  for (const [i, state] of ['Accepted', 'Returned', 'Accepted', 'Accepted', 'Returned', 'Qualified', 'Waiting', 'Waiting'].entries())
    await expect(handed.getByRole('row').filter({ hasText: people[i]!.name })).toContainText(state);
  await expect(handed.getByRole('row').filter({ hasText: people[8]!.name })).toHaveCount(0);
  await report.goto(extension.url('report.html#feedback?said=campaigns'));
  const said = report.getByRole('listitem').filter({ has: report.getByRole('heading', { name: webinar }) });
  await expect(said).toContainText('1 of 2 that came back');
  await said.getByRole('button', { name: '1 of 3 verdicts' }).click();
  await expect(report.getByText('An intern who was sent to listen.').first()).toBeVisible();
  await report.getByRole('radio', { name: 'Done' }).click();
  await report.getByRole('textbox', { name: /did or will do/ }).fill('The invitation goes to heads of support only.');
  await report.getByRole('button', { name: 'Answer: done' }).click();
  await expect(report.getByText(/saved here/)).toBeVisible();
  await expect.poll(() => times(market, leads[1]!, 'reply')).toBe(1);
  // Once it is sent the page shows it, and offers another.
  await expect(report.getByText(/saved here/)).toHaveCount(0);
  await expect(report.getByRole('button', { name: 'Answer: done' })).toBeVisible();
  await report.close();

  // ── The rep sees the answer, in the popup and on the card.
  await as(extension, backend.url, rep);
  const popup = await extension.open('popup.html');
  const answer = popup.getByRole('button', { name: /Marketing answered: done.*heads of support only/ });
  await expect(answer).toContainText(people[1]!.name);
  await answer.click();
  await expect(popup.getByRole('article')).toContainText('The invitation goes to heads of support only.');
  await popup.close();

  // ── The reports say exactly this, to whoever asks.
  await as(extension, backend.url, manager);
  const figures = await extension.open('report.html#campaigns');
  expect((await cells(rowOf(figures, new RegExp(webinar)))).slice(0, 7)).toEqual([
    expect.stringMatching(/^20\b/),
    expect.stringMatching(/^8\b/),
    'too few: 4 of 8',
    'too few: 1 of 8',
    expect.stringMatching(/^2\b/),
    expect.any(String),
    expect.stringContaining('1 · 0 · 2'),
  ]);
  expect((await cells(rowOf(figures, new RegExp(demo)))).slice(0, 2)).toEqual([
    expect.stringMatching(/^8\b/),
    expect.stringMatching(/^8\b/),
  ]);
  await figures.goto(extension.url(`report.html#funnel?compare=none&campaign=${first.id}`));
  for (const [stage, entered] of [
    ['MQL', '8'],
    ['SAL', '4'],
    ['SQL', '1'],
  ] as const)
    await expect(rowOf(figures, stage).getByRole('cell').first()).toHaveText(entered);
  await figures.goto(extension.url(`report.html#reasons?compare=none&campaign=${first.id}`));
  await expect(rowOf(figures, 'Wrong person').getByRole('cell').first()).toHaveText('1');
  await expect(rowOf(figures, 'No budget').getByRole('cell').first()).toHaveText('1');
  await figures.goto(extension.url(`report.html#answers?compare=none&campaign=${first.id}`));
  await expect(rowOf(figures, 'All').getByRole('cell').first()).toHaveText('8');
  await figures.goto(extension.url(`report.html#person?lead=${leads[1]}`));
  const told = figures.locator('.told-list');
  await expect(told.getByRole('listitem').first()).toContainText(webinar);
  await expect(told).toContainText(demo);
  await expect(figures.getByRole('img', { name: /upright lines/i })).toBeVisible();

  // ── And so do the week's report and the promises.
  const after = await week();
  const more = (of: (digest: Digest) => number) => of(after) - of(before);
  expect(more(({ body }) => body.marketing.handoffs.returned)).toBe(2);
  expect(more(({ body }) => body.marketing.handoffs.accepted)).toBe(3);
  expect(more(({ body }) => body.marketing.handoffs.qualified)).toBe(1);
  expect(more(({ body }) => body.marketing.handoffs.waiting)).toBe(2);
  expect(more(({ body }) => body.marketing.feedback.given)).toBe(3);
  expect(more(({ body }) => body.marketing.feedback.answered)).toBe(1);
  expect(more(({ body }) => body.sales.verdicts.poor)).toBe(2);
  const mqls = ({ body }: Digest) => body.commitments.find(({ id }) => id === 'mqls')!.count!.n;
  expect(more(mqls)).toBe(8);
  await figures.goto(extension.url('report.html#digests?digest=week'));
  const digest = figures.getByRole('article');
  const { accepted, qualified, returned, waiting } = after.body.marketing.handoffs;
  await expect(digest).toContainText(`${accepted} accepted, ${qualified} qualified, ${returned} returned, ${waiting} unanswered.`);
  const { given, answered } = after.body.marketing.feedback;
  await expect(digest).toContainText(`${given} pieces of feedback came, ${answered} answered`);
  await figures.goto(extension.url('report.html#commitments?compare=none'));
  const quarter = figures.getByRole('row').filter({ hasText: /MQLs that meet/ });
  await expect(quarter).toContainText(/\d+ of \d+/);
});
