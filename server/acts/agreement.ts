import { getAgreement, proposeAgreement, signAgreement } from '../../lib/contract/routes/agreement.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { compare, reusedCodes, validate } from '../../lib/funnel/checkAgreement.ts';
import type { App } from '../http/app.ts';
import { refused, told, worded } from '../http/problem.ts';
import { findAgreement } from '../store/agreements.ts';
import { recordAudit } from '../store/audit.ts';
import type { Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { renewDeadlines } from '../store/leads.ts';
import { byOf } from './common.ts';

export function routes(app: App): void {
  app.handle(getAgreement, async ({ trx, workspace, query }) => {
    const rows = await trx
      .selectFrom('agreement as a')
      .leftJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'a.workspace').onRef('u.id', '=', 'a.made_by'))
      .where('a.workspace', '=', workspace)
      .select(['a.version', 'a.made_at', 'a.in_force_at', 'u.name as made_by'])
      .orderBy('a.version', 'desc')
      .execute();
    const signatures = await signaturesOf(trx, workspace);
    const asked = query.version ?? rows.find((row) => row.in_force_at !== null)?.version;
    if (query.version !== undefined && !rows.some((row) => row.version === query.version))
      throw worded('not-found', 'no-such-agreement', { version: query.version });
    const agreement = asked === undefined ? undefined : await bodyOf(trx, workspace, asked);
    const [newest] = rows;
    const draft = newest?.in_force_at === null ? await bodyOf(trx, workspace, newest.version) : undefined;
    const inForce = await findAgreement(trx, workspace);
    return {
      ...(agreement && { agreement }),
      ...(draft && {
        draft: { agreement: draft, signatures: signatures.get(draft.version) ?? [], differences: inForce ? compare(inForce, draft) : [] },
      }),
      versions: rows.map((row) => ({
        version: row.version,
        madeAt: row.made_at,
        ...(row.made_by !== null && { madeBy: row.made_by }),
        ...(row.in_force_at !== null && { inForceAt: row.in_force_at }),
        signatures: signatures.get(row.version) ?? [],
      })),
    };
  });

  app.handle(proposeAgreement, async ({ trx, workspace, user, query: { basedOn }, body, receivedAt }) => {
    const wrong = validate(body);
    const earlier = await inForceSoFar(trx, workspace);
    wrong.push(...reusedCodes(body, earlier));
    const [first] = wrong;
    if (first)
      throw told('invalid', first.said, `${first.at}: ${first.detail}`, {
        errors: wrong.slice(0, 20).map(({ at, said, detail }) => ({ pointer: at, detail, said })),
      });

    const newest = await trx
      .selectFrom('agreement')
      .select(['version', 'in_force_at', 'made_at'])
      .where('workspace', '=', workspace)
      .orderBy('version', 'desc')
      .limit(1)
      .forUpdate()
      .executeTakeFirst();
    if (body.version !== (newest?.version ?? 0))
      throw worded('conflict', 'agreement-newer', { newest: newest?.version ?? 0, version: body.version });
    if (basedOn !== undefined && newest && Date.parse(basedOn) !== Date.parse(newest.made_at))
      throw worded('conflict', 'agreement-changed', { version: newest.version });
    const current = earlier.find((one) => one.version === newest?.version);
    if (current && compare(current, body).length === 0) throw refused('agreement-same');

    const changesDraft = newest !== undefined && newest.in_force_at === null;
    const version = changesDraft ? newest.version : (newest?.version ?? 0) + 1;
    const next: Agreement = { ...body, version };
    const row = { body: JSON.stringify(next), made_by: user.id, made_at: receivedAt };
    if (changesDraft) {
      await trx.updateTable('agreement').set(row).where('workspace', '=', workspace).where('version', '=', version).execute();
      // What was signed is not what stands there now.
      await trx.deleteFrom('agreement_signature').where('workspace', '=', workspace).where('version', '=', version).execute();
    } else
      await trx
        .insertInto('agreement')
        .values({ workspace, version, ...row })
        .execute();
    await recordEvents(trx, workspace, byOf(user), { at: receivedAt, receivedAt }, [
      { kind: 'agreement', data: { version, state: 'proposed' } },
    ]);
    await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'agreement.propose', subject: String(version) });
    const inForce = await findAgreement(trx, workspace);
    return { agreement: next, signatures: [], differences: inForce ? compare(inForce, next) : [] };
  });

  app.handle(signAgreement, async ({ trx, workspace, user, params, body, operation, receivedAt }) => {
    const { version } = params;
    const own = user.role === 'marketer' ? 'marketing' : 'sales';
    if (body.team !== own) throw refused('signs-for', { team: body.team });
    const row = await trx
      .selectFrom('agreement')
      .select(['version', 'in_force_at'])
      .where('workspace', '=', workspace)
      .where('version', '=', version)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw worded('not-found', 'no-such-agreement', { version });
    if (row.in_force_at !== null) throw refused('agreement-signed', { version });
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('agreement_signature')
      .values({ workspace, version, team: body.team, by_user: user.id, at: receivedAt })
      .onConflict((conflict) => conflict.columns(['workspace', 'version', 'team']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n)
      throw refused('signed-already', {
        team: body.team,
        version,
      });

    const signatures = (await signaturesOf(trx, workspace)).get(version) ?? [];
    const inForce = signatures.length === 2;
    const when = { at: receivedAt, receivedAt, operation, agreement: version };
    await recordEvents(trx, workspace, byOf(user), when, [
      { kind: 'agreement', data: { version, state: 'signed', team: body.team } },
      ...(inForce ? [{ kind: 'agreement' as const, data: { version, state: 'in_force' } }] : []),
    ]);
    if (inForce) {
      await trx
        .updateTable('agreement')
        .set({ in_force_at: receivedAt })
        .where('workspace', '=', workspace)
        .where('version', '=', version)
        .execute();
      await renewDeadlines(trx, workspace, (await bodyOf(trx, workspace, version))!);
    }
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'agreement.sign',
      subject: String(version),
      detail: { team: body.team, inForce },
    });
    return { version, signatures, ...(inForce && { inForceAt: receivedAt }) };
  });
}

async function bodyOf(trx: Trx, workspace: string, version: number): Promise<Agreement | undefined> {
  const row = await trx
    .selectFrom('agreement')
    .select('body')
    .where('workspace', '=', workspace)
    .where('version', '=', version)
    .executeTakeFirst();
  return row && { ...row.body, version };
}

async function inForceSoFar(trx: Trx, workspace: string): Promise<Agreement[]> {
  const rows = await trx
    .selectFrom('agreement')
    .select(['version', 'body'])
    .where('workspace', '=', workspace)
    .where('in_force_at', 'is not', null)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(({ version, body }) => ({ ...body, version }));
}

async function signaturesOf(trx: Trx, workspace: string) {
  const rows = await trx
    .selectFrom('agreement_signature as s')
    .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 's.workspace').onRef('u.id', '=', 's.by_user'))
    .where('s.workspace', '=', workspace)
    .select(['s.version', 's.team', 's.at', 'u.name as by'])
    .orderBy('s.at')
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.version)].map(([version, list]) => [version, list.map(({ team, at, by }) => ({ team, by, at }))]),
  );
}
