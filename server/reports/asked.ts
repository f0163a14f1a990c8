import type { Agreement } from '../../lib/funnel/agreement.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import type { Days, grains } from '../../lib/funnel/periods.ts';
import { type Reply, reply } from '../http/app.ts';
import { worded } from '../http/problem.ts';
import type { User } from '../http/user.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Trx } from '../store/db.ts';
import { type Cell, csv } from './arithmetic/csv.ts';
import { comparedSpan, grainFor, type Question, roomToSort, type Span, spanOf, type Which } from './arithmetic/question.ts';

/** What a handler of a report knows of its caller. */
export interface Caller {
  trx: Trx;
  workspace: string;
  user: User;
  receivedAt: string;
  request: Request;
}
interface Query extends Days, Which {
  compare?: 'before' | 'year';
  by?: (typeof grains)[number];
}

export interface Asked {
  question: Question;
  span: Span;
  compare?: Span;
  /** What every answer begins with. */
  head: { from: string; to: string; compare?: Days; asOf: string };
}

/** The agreement whose calendar and promises count. Before the first is signed: its calendar in UTC, and no promises. */
export const agreementFor = async (trx: Trx, workspace: string): Promise<Agreement> =>
  (await findAgreement(trx, workspace)) ?? { ...defaultAgreement('UTC'), version: 0, commitments: [] };

export async function asked({ trx, workspace, receivedAt }: Caller, query: Query): Promise<Asked> {
  await roomToSort(trx);
  const agreement = await agreementFor(trx, workspace);
  const span = spanOf(query, agreement);
  const compare = comparedSpan(span, query.compare, agreement);
  return {
    question: { trx, workspace, agreement, asOf: receivedAt },
    span,
    ...(compare && { compare }),
    head: { from: span.from, to: span.to, ...(compare && { compare: { from: compare.from, to: compare.to } }), asOf: receivedAt },
  };
}

export const grainOf = (span: Span, query: Query) => grainFor(span, query.by);

/** @throws `forbidden` when one person's figures are asked for by somebody who may not see them */
export function whichOf({ user }: Caller, { channel, campaign, owner, origin, segment }: Query): Which {
  if (owner !== undefined && owner !== user.id && user.role !== 'manager' && user.role !== 'admin')
    throw worded('forbidden', 'figures-of-one');
  return {
    ...(channel !== undefined && { channel }),
    ...(campaign !== undefined && { campaign }),
    ...(owner !== undefined && { owner }),
    ...(origin !== undefined && { origin }),
    ...(segment !== undefined && { segment }),
  };
}

/** JSON, or its table when CSV is what was asked for. */
export function jsonOrCsv<T>({ request }: Caller, name: string, answer: T, table: () => { head: string[]; rows: Cell[][] }): T | Reply {
  if (!wantsCsv(request.headers.get('accept') ?? '')) return answer;
  const { head, rows } = table();
  return reply(200, csv(head, rows), {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.csv"`,
    vary: 'accept',
  });
}

function wantsCsv(accept: string): boolean {
  const quality = (type: string): number => {
    const found = accept.split(',').find((part) => part.trim().toLowerCase().startsWith(type));
    if (found === undefined) return 0;
    return Number(/;\s*q=([\d.]+)/.exec(found)?.[1] ?? 1);
  };
  return quality('text/csv') > quality('application/json');
}
