import { tie, untie } from '../../lib/contract/routes/leads.ts';
import { countedAt } from '../../lib/funnel/actedAt.ts';
import { canonical } from '../../lib/funnel/keys.ts';
import type { KeyKind } from '../../lib/funnel/words.ts';
import type { App } from '../http/app.ts';
import { invalidAt, refused, worded } from '../http/problem.ts';
import { recordAudit } from '../store/audit.ts';
import { recordChange } from '../store/change.ts';
import { recordEvents } from '../store/history.ts';
import { erasedAmong, findByKeys, type Key, keyText, tieKeys, untieKey } from '../store/people.ts';
import { byOf, cardOf, lockLead } from './common.ts';

/** The one form of each key. @throws `invalid`, naming the one that is none */
export function canonicalKeys(given: readonly { kind: KeyKind; value: string }[], pointer = (i: number) => `/keys/${i}/value`): Key[] {
  return given.map(({ kind, value }, i) => {
    const form = canonical(kind, value);
    if (form === null) throw invalidAt(pointer(i), 'no-key', { kind });
    return { kind, value: form };
  });
}

export function routes(app: App): void {
  app.handle(tie, async (call) => {
    const { trx, workspace, user, params, body, operation, receivedAt } = call;
    const [key] = canonicalKeys([body], () => '/value') as [Key];
    const lead = await lockLead(call, params.id, tie);
    if ((await erasedAmong(trx, workspace, [key])).size > 0) throw refused('key-forgotten');
    const { tied, taken } = await tieKeys(trx, workspace, lead.id, [key], 'user');
    if (taken[0]) {
      const { person } = await cardOf(call, taken[0].person);
      const { name, company } = person;
      throw worded(
        'conflict',
        'key-taken',
        { name, company: company ?? '' },
        { person: { id: taken[0].person, name, ...(company && { company }) } },
      );
    }
    if (tied.length > 0) {
      const when = {
        at: countedAt(body.actedAt, receivedAt, undefined),
        actedAt: new Date(body.actedAt).toISOString(),
        receivedAt,
        operation,
      };
      await recordEvents(trx, workspace, byOf(user), when, [{ person: lead.id, kind: 'tie', data: { kind: key.kind, key: tied[0]!.id } }]);
      await recordAudit(trx, workspace, byOf(user), {
        at: receivedAt,
        action: 'key.tie',
        subject: lead.id,
        detail: { kind: key.kind, key: tied[0]!.id },
      });
      await recordChange(trx, workspace, [lead.id]);
    }
    const id = tied[0]?.id ?? (await findByKeys(trx, workspace, [key])).get(keyText(key))!.key;
    return { card: await cardOf(call, lead.id), key: { id, ...key } };
  });

  app.handle(untie, async (call) => {
    const { trx, workspace, user, params, receivedAt } = call;
    const lead = await lockLead(call, params.id, { ...untie, path: untie.path.replace('{keyId}', params.keyId) as `/${string}` });
    const keys = await trx.selectFrom('person_key').select('id').where('workspace', '=', workspace).where('person', '=', lead.id).execute();
    // Gone already is what was wanted.
    if (keys.some(({ id }) => id === params.keyId)) {
      if (keys.length === 1) throw refused('last-key');
      const key = await untieKey(trx, workspace, lead.id, params.keyId);
      await recordEvents(trx, workspace, byOf(user), { at: receivedAt, receivedAt }, [
        { person: lead.id, kind: 'untie', data: { kind: key?.kind, key: params.keyId } },
      ]);
      await recordAudit(trx, workspace, byOf(user), {
        at: receivedAt,
        action: 'key.untie',
        subject: lead.id,
        detail: { kind: key?.kind, key: params.keyId },
      });
      await recordChange(trx, workspace, [lead.id]);
    }
    return { card: await cardOf(call, lead.id) };
  });
}
