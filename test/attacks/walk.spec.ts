import { expect, test } from '../e2e/house.ts';
import { walk } from '../walk/walk.ts';

/** `npm run walk` opens as many mails as the promise names; here a smaller mailbox, so that every run tries it. */
const strangers = Number(process.env.WALK ?? 200);
const leads = Math.ceil(strangers / 100);

test(`${strangers} mails from people who are not leads leave no trace, and ${leads} from people who are leave only tags`, async ({
  backend,
  market,
}) => {
  test.setTimeout(180_000 + strangers * 400);
  const { walk: walked, idle, ...it } = await walk(backend, market, { strangers, leads, secondsARound: strangers > 1000 ? 27 : 7 });
  console.log(
    `${strangers} + ${leads} mails in ${Math.round(it.seconds)} s: ${walked.requests} requests, ${walked.bytes} bytes; ` +
      `idle ${idle.requests}, ${idle.bytes}; ${it.batches} for cards of leads`,
  );
  expect(it.mistaken).toEqual([]);
  expect(it.differences).toEqual([]);
  expect(walked).toEqual(idle);
  expect(it.foreignTags).toBe(0);
  // The walk does look like work, and the clock did ask meanwhile: else nothing would be compared.
  expect(idle.requests).toBeGreaterThan(5);
  expect(it.batches).toBeGreaterThan(0);
  expect(it.batches).toBeLessThanOrEqual(leads);
  expect(it.found).toEqual([]);
});
