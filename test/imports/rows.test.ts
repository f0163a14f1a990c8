import { describe, expect, it } from 'vitest';
import { inEnglish } from '../../lib/funnel/sentences/index.ts';
import type { ImportKind, Setting } from '../../server/imports/columns.ts';
import { type Head, NotReadable, type Row, rowsOf } from '../../server/imports/rows.ts';

const setting: Setting = { zone: 'Europe/Vienna', currency: 'EUR', now: Date.parse('2026-11-22T12:00:00Z') };

async function read<K extends ImportKind>(kind: K, file: string | Uint8Array, step = 7): Promise<{ rows: Row<K>[]; head: Head }> {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
  async function* pieces() {
    for (let i = 0; i < bytes.length; i += step) yield bytes.subarray(i, i + step);
  }
  let head: Head = { unknown: [], known: [] };
  const rows: Row<K>[] = [];
  for await (const row of rowsOf(kind, pieces(), setting, (h) => (head = h))) rows.push(row);
  return { rows, head };
}
const values = async <K extends ImportKind>(kind: K, file: string | Uint8Array) =>
  (await read(kind, file)).rows.map((row) =>
    'value' in row ? row.value : { column: row.refused.column, why: inEnglish(row.refused.said) },
  );

describe('dialects', () => {
  const expected = [{ keys: [{ kind: 'email', value: 'dana@northwind.example' }], name: 'Whitfield, Dana', company: 'Northwind Labs' }];
  it.each([
    ['commas', 'email,name,company\ndana@northwind.example,"Whitfield, Dana",Northwind Labs\n'],
    ['semicolons', 'email;name;company\r\nDana@Northwind.example;Whitfield, Dana;Northwind Labs\r\n'],
    ['tabs, other order and writing', 'Company\tE-Mail\tNAME\nNorthwind Labs\tdana@northwind.example\tWhitfield, Dana'],
    ['a byte order mark', '\ufeffemail,name,company\ndana@northwind.example,"Whitfield, Dana",Northwind Labs'],
    ['semicolons inside a quoted head', '"email","name","a;b;c;d",company\ndana@northwind.example,"Whitfield, Dana",x,Northwind Labs'],
    ['blank lines first', '\n\nemail,name,company\n\ndana@northwind.example,"Whitfield, Dana",Northwind Labs\n,,\n'],
  ])('%s', async (_, file) => {
    expect(await values('people', file)).toEqual(expected);
  });

  it('UTF-16 with its mark, as spreadsheets write "Unicode text"', async () => {
    const text = '\ufeffemail\tname\ndana@northwind.example\t王芳\n';
    const little = new Uint8Array(new Uint16Array([...text].map((c) => c.charCodeAt(0))).buffer);
    expect(await values('people', little)).toEqual([{ keys: [{ kind: 'email', value: 'dana@northwind.example' }], name: '王芳' }]);
  });

  it('quotes with line breaks inside, doubled quotes, and stray ones', async () => {
    const { rows } = await read('campaigns', 'name,headline\n"Cut ""churn""\nin Q4","two\nlines"\n5" screens,one\nlast,\n');
    expect(rows.map((row) => row.line)).toEqual([2, 5, 6]);
    expect(rows.map((row) => 'value' in row && row.value.name)).toEqual(['Cut "churn"\nin Q4', '5" screens', 'last']);
  });
});

describe('the head', () => {
  it('names the columns it does not know', async () => {
    const { head } = await read('people', 'email,Phone,name,Sternzeichen\na@b.example,1,A,x\n');
    expect(head).toEqual({ unknown: ['Phone', 'Sternzeichen'], known: ['email', 'name'] });
  });
  it.each([
    ['', /empty/],
    ['\n \n', /empty/],
    ['a,b\n1,2\n', /first line must name the columns.*email, linkedin/],
    ['email,E-Mail\na@b.example,c@d.example', /"email" stands twice/],
  ])('refuses a file whose head makes no sense: %j', async (file, why) => {
    await expect(read('people', file)).rejects.toThrow(why);
    await expect(read('people', file)).rejects.toBeInstanceOf(NotReadable);
  });
});

describe('refused rows', () => {
  it('say the line, the column and why, without the value; the others are kept', async () => {
    const { rows } = await read(
      'people',
      [
        'email,linkedin,stage,stageAt,amount,sourceId',
        'not an address,,,,,',
        'a@b.example,,mql,2026-11-01T09:00:00Z,,',
        ',,lead,,,',
        'c@d.example,,wizard,,,',
        'c@d.example,,,2026-11-01,,',
        'c@d.example,,lead,yesterday,,',
        'c@d.example,,lead,2027-01-01,,',
        'c@d.example,,customer,,12.000,',
        'c@d.example,https://example.com/in/x,,,,',
        'c@d.example,,lead,,,"1","2","3"',
        '"d@e.example',
        '",,lead,,,',
      ].join('\n'),
    );
    expect(rows.flatMap((row) => ('refused' in row ? [[row.line, row.refused.column]] : []))).toEqual([
      [2, 'email'],
      [4, 'email'],
      [5, 'stage'],
      [6, 'stageAt'],
      [7, 'stageAt'],
      [8, 'stageAt'],
      [9, 'amount'],
      [10, 'linkedin'],
      [11, 'sourceId'],
    ]);
    const said = rows.flatMap((row) => ('refused' in row ? [inEnglish(row.refused.said)] : []));
    expect(said.join(' ')).not.toMatch(/not an address|wizard|c@d/);
    expect(rows.filter((row) => 'value' in row).map((row) => row.line)).toEqual([3, 12]);
  });

  it('a quotation mark that is never closed ends the reading there, in bounded memory, and says where', async () => {
    const file = `name\nfirst\n"second ${'x'.repeat(200_000)}\nthird\n`;
    const { rows } = await read('campaigns', file, 1000);
    expect(rows).toMatchObject([
      { line: 2, value: { name: 'first' } },
      { line: 3, refused: { said: { code: 'row-open-quote' } } },
    ]);
    const short = await read('campaigns', 'name\nfirst\n"second\nthird\n');
    expect(short.rows.at(-1)).toMatchObject({ refused: { said: { code: 'row-open-quote' } } });
  });

  it('bytes that are not UTF-8', async () => {
    const latin = new Uint8Array([...Buffer.from('email,name\na@b.example,M'), 0xfc, ...Buffer.from('ller\n')]);
    expect(await values('people', latin)).toEqual([{ column: 'name', why: expect.stringMatching(/UTF-8/) }]);
  });

  it('a file that breaks off passes the error on', async () => {
    async function* broken() {
      yield new TextEncoder().encode('name\nfirst\n');
      throw new Error('connection lost');
    }
    const seen: unknown[] = [];
    const all = async () => {
      for await (const row of rowsOf('campaigns', broken(), setting)) seen.push(row);
    };
    await expect(all()).rejects.toThrow('connection lost');
  });
});

describe('values', () => {
  it.each([
    ['2026-11-01T09:00:00Z', '2026-11-01T09:00:00.000Z'],
    ['2026-11-01T09:00:00+02:00', '2026-11-01T07:00:00.000Z'],
    ['2026-11-01 09:00', '2026-11-01T08:00:00.000Z'],
    ['2026-07-01 09:00:30', '2026-07-01T07:00:30.000Z'],
    ['2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['2026-11-22', '2026-11-21T23:00:00.000Z'],
  ])('a time without a zone is the workspace’s: %s', async (at, expected) => {
    expect(await values('touches', `email,at,kind\na@b.example,${at},Form\n`)).toEqual([
      { keys: [{ kind: 'email', value: 'a@b.example' }], at: expected, kind: 'form' },
    ]);
  });

  it.each(['2026-02-30', '22.11.2026', '11/22/2026', '1763802000', '2026-11-01T25:00:00Z', '1889-01-01'])('no time: %s', async (at) => {
    expect(await values('touches', `email,at,kind\na@b.example,${at},form\n`)).toEqual([{ column: 'at', why: expect.any(String) }]);
  });

  it.each([
    ['12000', 1_200_000, 'EUR'],
    ['12000.5', 1_200_050, 'EUR'],
    ['"12000,50"', 1_200_050, 'EUR'],
    ['"12,000.50"', 1_200_050, 'EUR'],
    ['"12.000,50"', 1_200_050, 'EUR'],
    ['1.234.567', 123_456_700, 'EUR'],
    ['12 000', 1_200_000, 'EUR'],
    ['USD 7.50', 750, 'USD'],
    ['5000 jpy', 5000, 'JPY'],
    ['0', 0, 'EUR'],
  ])('an amount: %s', async (amount, value, currency) => {
    expect(await values('people', `email,amount\na@b.example,${amount}\n`)).toMatchObject([{ amount: { value, currency } }]);
  });

  it.each(['12.000', '"12,000"', 'lots', '-5', '1.2.3', '"1,2,3"', '12.345', 'EUR 5 USD', '5 XXQ', '5.5 JPY', '"1.000,50.2"'])(
    'no amount: %s',
    async (amount) => {
      expect(await values('people', `email,amount\na@b.example,${amount}\n`)).toEqual([{ column: 'amount', why: expect.any(String) }]);
    },
  );

  it('campaigns and spend', async () => {
    expect(
      await values('campaigns', 'name,channel,startedOn,points,link\nA,Paid search,2026-10-01,One| two |,https://x.example/a\n'),
    ).toEqual([{ name: 'A', channel: 'paid_search', startedOn: '2026-10-01', points: ['One', 'two'], link: 'https://x.example/a' }]);
    expect(
      await values('spend', 'campaign,month,planned,spent,currency\nA,2026-10,1000,900.25,usd\nA,2026-13,1,1,\nA,2026-10,,,\n'),
    ).toEqual([
      { campaign: 'A', month: '2026-10-01', planned: 100_000, spent: 90_025, currency: 'USD' },
      { column: 'month', why: expect.any(String) },
      { column: 'spent', why: expect.any(String) },
    ]);
  });

  it('the same values are the same row, whatever the order of the columns', async () => {
    const content = async (file: string) => (await read('people', file)).rows.map((row) => 'content' in row && row.content);
    const [one] = await content('email,name\na@b.example,A\n');
    const [two] = await content('name;unknown;email\nA;x;a@b.example\n');
    const [other] = await content('email,title\na@b.example,A\n');
    expect(two).toBe(one);
    expect(other).not.toBe(one);
  });
});

describe('a hundred thousand rows', () => {
  it('are read one at a time', async () => {
    const line = new TextEncoder().encode('someone@somewhere.example,Somebody with a name,A company of some size\n');
    async function* file() {
      yield new TextEncoder().encode('email,name,company\n');
      for (let i = 0; i < 1000; i++) yield Buffer.concat(Array.from({ length: 100 }, () => line));
    }
    let count = 0;
    let most = 0;
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    for await (const _ of rowsOf('people', file(), setting))
      if (++count % 5000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
    expect(count).toBe(100_000);
    // Garbage included: the file itself is 7 MB and its rows as objects some 60 MB.
    expect(most - before).toBeLessThan(120e6);
  });
});
