import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { email, emailIn, emailsIn, mailbox, mailboxes, mailto, same, writtenInPlace } from '../../lib/sites/address.ts';

describe('an address', () => {
  test.each([
    'dana@northwind.example',
    "o'neil+50%off@shop.example",
    '"Desk One"@kestrel.example',
    '"a@b"@kestrel.example',
    'jörg@müßig.example',
    '李娜@例子.example',
    'root@localhost',
  ])('%s', (address) => expect(email(` ${address}\n`)).toBe(address));

  test.each([
    '',
    'dana',
    'dana@',
    '@northwind.example',
    'dana@northwind.example, leo@northwind.example',
    'dana whitfield@northwind.example',
    'dana@north wind.example',
    'dana\u200b@northwind.example',
    '\u202edana@northwind.example',
    '<dana@northwind.example>',
    'dana@-',
    'dana@northwind..',
    `${'a'.repeat(320)}@northwind.example`,
  ])('not %j', (text) => expect(email(text)).toBeUndefined());
});

test.each([
  ['Dana Whitfield <dana@northwind.example>', { name: 'Dana Whitfield', email: 'dana@northwind.example' }],
  ['Dana Whitfield<dana@northwind.example>,', { name: 'Dana Whitfield', email: 'dana@northwind.example' }],
  ['"Whitfield, \\"D\\"" <dana@northwind.example>', { name: 'Whitfield, "D"', email: 'dana@northwind.example' }],
  ['dana@northwind.example;', { email: 'dana@northwind.example' }],
  ['Whitfield, Dana', { name: 'Whitfield, Dana' }],
  ['boss@bank.example <dana@northwind.example>', { name: 'boss@bank.example', email: 'dana@northwind.example' }],
  ['Dana <dana@northwind.example>Leo <leo@northwind.example>', {}],
  ['"Boss <boss@bank.example>" <dana@northwind.example>', { name: 'Boss <boss@bank.example>', email: 'dana@northwind.example' }],
  ['"x" <boss@bank.example>" <dana@northwind.example>', {}],
  ['Newsroom <news@>', { name: 'Newsroom' }],
  ['', {}],
])('the mailbox in %j', (text, expected) => expect(mailbox(text)).toEqual(expected));

test('a list is divided only between mailboxes', () => {
  expect(mailboxes('"Brandt, Ana; sales" <ana@kestrel.example>,leo@northwind.example, ,')).toEqual([
    { name: 'Brandt, Ana; sales', email: 'ana@kestrel.example' },
    { email: 'leo@northwind.example' },
  ]);
  expect(mailboxes(undefined)).toEqual([]);
});

test('links to write to', () => {
  expect(mailto('mailto:ana%40kestrel.example?subject=x')).toBe('ana@kestrel.example');
  expect(mailto('MAILTO:50%off@shop.example')).toBe('50%off@shop.example');
  expect(mailto('mailto:a@x.example,b@x.example')).toBeUndefined();
  expect(mailto('https://x.example/a@x.example')).toBeUndefined();
  expect(mailto(null)).toBeUndefined();
  expect(mailto('mailto:dana%E2%80%AE@northwind.example')).toBeUndefined();
});

test.each([
  ['Write to dana@northwind.example, or to leo@northwind.example.', ['dana@northwind.example', 'leo@northwind.example']],
  ['(\u202Adana@northwind.example\u202C)', ['dana@northwind.example']],
  ['\u200Edana@northwind.example', ['dana@northwind.example']],
  ['"dana ops"@northwind.example', ['"dana ops"@northwind.example']],
  ['δανα@παράδειγμα.example', ['δανα@παράδειγμα.example']],
  ['da\u200Bna@northwind.example', []],
  ['dana@north\u200Bwind.example', []],
  ['dana@northwind.\u200Bexample', []],
  ['leo@kestrel.example da\u202Ena@northwind.example', ['leo@kestrel.example']],
  ['dana@northwind.example@evil.example', []],
  ['dana@northwind.example.-@evil.example leo@kestrel.example', ['leo@kestrel.example']],
])('the addresses in %j', (text, expected) => expect(emailsIn(text)).toEqual(expected));

test.each([
  ['Dana Whitfield <dana@northwind.example>', 'dana@northwind.example'],
  ['leo@kestrel.example <dana@northwind.example>', 'dana@northwind.example'],
  ['Remove dana@northwind.example', 'dana@northwind.example'],
  ['dana@northwind.example, leo@kestrel.example', undefined],
  ['Dana Whitfield', undefined],
])('the one that %j is about', (text, expected) => expect(emailIn(text)).toBe(expected));

test('one mailbox, whatever its case or the form of its domain', () => {
  expect(same('Dana@Northwind.example', 'dana@northwind.example')).toBe(true);
  expect(same('李娜@例子.example', '李娜@xn--fsqu00a.example')).toBe(true);
  expect(same('dana@northwind.example', 'dana@northwind2.example')).toBe(false);
});

test.each([
  ["'Carla Ruiz' via Sales", true],
  ["'Carla Ruiz' über Vertrieb", true],
  ['Dana Whitfield via Signing', true],
  ['“Noa Levi” דרך מכירות', true],
  ['Dana Whitfield', false],
  ["Sean O'Neil", false],
  ['Via Lombardi', false],
  [undefined, false],
])('whether %j was written in somebody’s place', (name, expected) => expect(writtenInPlace(name)).toBe(expected));

test('no text makes them fail', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      for (const one of [text, `${text}@${text}`, `"${text}`, `<${text}>`]) {
        email(one);
        emailsIn(one);
        mailbox(one);
        mailboxes(one);
        mailto(`mailto:${one}`);
        writtenInPlace(one);
      }
    }),
  );
});

// Whatever tried each place of these against each other would be at it for minutes, which the runner takes for hung.
test.each(['a@', '"', '<', "'a ", '.a', 'a-', '\u200b', 'a\u200b', 'x@a\u200b', '.\u200b'])(
  'hundreds of thousands of %j are no address, and that is found',
  (signs) => {
    const many = signs.repeat(400_000 / signs.length);
    for (const text of [many, `a${many}@`, `x@${many}`, `x@a${many}`]) {
      expect(email(text)).toBeUndefined();
      // At most the one that stands in front of them.
      for (const found of [emailsIn(text), mailboxes(text).flatMap((one) => one.email ?? [])])
        expect(found.filter((one) => one !== 'x@a')).toEqual([]);
      expect(mailbox(text).email).toBeUndefined();
      expect(mailto(`mailto:${text}`)).toBeUndefined();
      expect(writtenInPlace(text)).toBe(false);
    }
  },
);
