/** The part of SOQL that the sources and jsforce's finders use: one object, AND/OR, comparisons, IN, LIKE, ORDER BY, LIMIT. */
export type Row = Record<string, unknown>;
export interface Soql {
  fields: string[];
  object: string;
  holds(row: Row): boolean;
  order: { field: string; down: boolean }[];
  limit?: number;
  /** What the whole condition asks of a field at least, as in `CreatedDate >= …`. */
  least: Map<string, string>;
  /** `SELECT COUNT()` */
  count?: true;
}

export class SoqlError extends Error {}

/** @throws SoqlError with the words of Salesforce's MALFORMED_QUERY. */
export function parse(text: string): Soql {
  const tokens = text.match(/'(?:\\.|[^'\\])*'|<=|>=|!=|[(),=<>]|[^\s(),=<>!]+/g) ?? [];
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const is = (word: string): boolean => peek()?.toUpperCase() === word;
  const take = (): string => {
    const token = tokens[at++];
    if (token === undefined) throw new SoqlError(`unexpected end of query: ${text}`);
    return token;
  };
  const expect = (word: string): void => {
    const token = take();
    if (token.toUpperCase() !== word) throw new SoqlError(`unexpected token: '${token}', expected ${word}`);
  };
  const list = (): string[] => {
    const items = [take()];
    while (peek() === ',') {
      at++;
      items.push(take());
    }
    return items;
  };

  const least = new Map<string, string>();
  let depth = 0;
  type Test = (row: Row) => boolean;
  const either = (): Test => {
    const tests = [both()];
    while (is('OR')) {
      at++;
      if (depth === 0) least.clear();
      tests.push(both());
    }
    return (row) => tests.some((t) => t(row));
  };
  const both = (): Test => {
    const tests = [single()];
    while (is('AND')) {
      at++;
      tests.push(single());
    }
    return (row) => tests.every((t) => t(row));
  };
  const single = (): Test => {
    if (peek() === '(') {
      at++;
      depth++;
      const inner = either();
      depth--;
      expect(')');
      return inner;
    }
    const field = take();
    const operator = take().toUpperCase();
    if (operator === 'IN') {
      expect('(');
      const values = list().map(literal);
      expect(')');
      return (row) => values.some((v) => equal(read(row, field), v));
    }
    const value = literal(take());
    if (depth === 0 && operator === '>=' && typeof value === 'string') least.set(field, value);
    return (row) => {
      const held = read(row, field);
      if (operator === '=') return equal(held, value);
      if (operator === '!=') return !equal(held, value);
      if (operator === 'LIKE')
        return new RegExp(
          `^${String(value)
            .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
            .replaceAll('%', '.*')}$`,
          'i',
        ).test(String(held ?? ''));
      if (held === null || held === undefined) return false;
      const order = compare(held, value);
      if (operator === '>') return order > 0;
      if (operator === '>=') return order >= 0;
      if (operator === '<') return order < 0;
      if (operator === '<=') return order <= 0;
      throw new SoqlError(`unexpected token: '${operator}'`);
    };
  };

  expect('SELECT');
  const fields = list();
  const count = fields[0]?.toUpperCase() === 'COUNT' && peek() === '(';
  if (count) {
    expect('(');
    expect(')');
  }
  expect('FROM');
  const object = take();
  let holds: Test = () => true;
  if (is('WHERE')) {
    at++;
    holds = either();
  }
  const order: Soql['order'] = [];
  if (is('ORDER')) {
    at++;
    expect('BY');
    do {
      if (peek() === ',') at++;
      const field = take();
      let down = false;
      if (is('ASC') || is('DESC')) down = take().toUpperCase() === 'DESC';
      order.push({ field, down });
    } while (peek() === ',');
  }
  let limit: number | undefined;
  if (is('LIMIT')) {
    at++;
    limit = Number(take());
  }
  if (peek() !== undefined) throw new SoqlError(`unexpected token: '${peek()}'`);
  return { fields, object, holds, order, limit, least, ...(count && { count }) };
}

/** `Owner.Email` reads the related record that stands in the row. */
export function read(row: Row, path: string): unknown {
  let value: unknown = row;
  for (const part of path.split('.')) value = (value as Row | null | undefined)?.[part];
  return value ?? null;
}

function literal(token: string): unknown {
  if (token.startsWith("'")) return token.slice(1, -1).replace(/\\(.)/g, '$1');
  if (/^(true|false)$/i.test(token)) return token.toLowerCase() === 'true';
  if (/^null$/i.test(token)) return null;
  if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token);
  if (/^\d{4}-\d\d-\d\d/.test(token)) return token;
  throw new SoqlError(`unexpected token: '${token}'`);
}

const instant = /^\d{4}-\d\d-\d\dT/;
const times = new Map<string, number>();
function plain(v: unknown): unknown {
  if (typeof v !== 'string') return v;
  if (!instant.test(v)) return v.toLowerCase();
  let time = times.get(v);
  if (time === undefined) {
    time = Date.parse(v);
    times.set(v, time);
  }
  return time;
}
const equal = (a: unknown, b: unknown): boolean => plain(a) === plain(b);
export const compare = (a: unknown, b: unknown): number => {
  const x = plain(a) as number;
  const y = plain(b) as number;
  return x < y ? -1 : x > y ? 1 : 0;
};
