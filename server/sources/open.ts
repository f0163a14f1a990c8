import { inEnglish } from '../../lib/funnel/sentences/index.ts';
import { refused, told } from '../http/problem.ts';
import type { User } from '../http/user.ts';
import { recordAudit } from '../store/audit.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { noLease } from './lease.ts';
import { findLink, makeLink, noMapping, ownerOf, sealed, unkept, updateLink, type World } from './links.ts';
import type { Seal } from './seal.ts';
import type { Account, Finding, Link, Mapping, Source, Way } from './source.ts';

/** What credentials turned out to open. */
export interface Opened {
  account: Account;
  findings: Finding[];
  credentials: Record<string, string>;
}

/** A link for credentials that are not kept yet; what it renews is put into `credentials`. */
export const linkTo = (
  { call, clock }: World,
  credentials: Record<string, string>,
  signal: AbortSignal,
  mapping: Mapping = noMapping,
): Link => makeLink({ id: newId(), call, clock, credentials, mapping, renewal: unkept(credentials), signal });

/** Tries the credentials. @throws `refused` in the CRM's words when nothing can be done with them */
export async function open(world: World, source: Source, given: Record<string, string>, signal: AbortSignal): Promise<Opened> {
  const credentials = { ...given };
  const link = linkTo(world, credentials, signal);
  const findings = await source.check(link);
  const [failed, ...more] = findings.flatMap((one) => (one.ok ? [] : [one]));
  if (failed && more.length + 1 === findings.length) throw told('refused', failed.said, inEnglish(failed.said)!);
  return { account: await source.account(link), findings, credentials };
}

interface Connection {
  source: Source;
  way: Way;
  opened: Opened;
  name?: string;
  webhookSecret?: string;
  /** The link whose credentials these are to be from now on. */
  again?: string;
}

/**
 * Keeps a connection, sealed. An account that was connected before is that link again, with all that it knew; what it
 * means is to be agreed on anew.
 * @throws `refused` when the account is connected already or still being removed, or is another one than that of `again`
 */
export async function keepLink(trx: Trx, user: User, at: string, seal: Seal, connection: Connection): Promise<string> {
  const { source, way, opened, name, webhookSecret, again } = connection;
  const { workspace } = user;
  const { account } = opened;
  const before = await trx
    .selectFrom('source_link')
    .select(['id', 'name', 'state', 'mapping', 'removing_since'])
    .where('workspace', '=', workspace)
    .where('source', '=', source.id)
    .where('account', '=', account.id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (again !== undefined && before?.id !== again) {
    const meant = await findLink(trx, workspace, again);
    throw refused('crm-other-account', { account: account.name, name: meant?.name ?? source.name });
  }
  if (before?.removing_since) throw refused('crm-removing', { account: account.name });
  if (again === undefined && before && before.state !== 'disconnected')
    throw refused('crm-connected', { account: account.name, name: before.name });
  const id = before?.id ?? newId();
  const owner = ownerOf({ workspace, id });
  const row = {
    way: way.id,
    known_as: account.name,
    address: account.address,
    credentials: sealed(seal, { workspace, id }, opened.credentials),
    trouble: null,
    ...(webhookSecret !== undefined && { webhook_secret: seal.close(webhookSecret, owner) }),
  };
  if (!before)
    await trx
      .insertInto('source_link')
      .values({
        workspace,
        id,
        source: source.id,
        account: account.id,
        name: name || source.name,
        mapping: JSON.stringify(noMapping),
        state: 'running',
        made_by: user.id,
        ...row,
      })
      .execute();
  else
    await updateLink(trx, workspace, id)
      .set((eb) => ({
        ...row,
        ...(name && { name }),
        ...(again === undefined && { state: 'running' as const, mapping: JSON.stringify({ ...before.mapping, agreed: false }) }),
        version: eb('version', '+', 1),
        ...noLease,
      }))
      .execute();
  await recordAudit(
    trx,
    workspace,
    { kind: 'user', id: user.id, name: user.name },
    { at, action: again === undefined ? 'source.add' : 'source.change', subject: id, detail: { source: source.id, way: way.id } },
  );
  return id;
}
