import { v7 } from 'uuid';
import { BridgeError } from '../bridge/ask.ts';
import type { FromPages } from '../bridge/protocol.ts';
import type { ActState } from '../bridge/scene.ts';
import type { Act, DecisionBody } from '../contract/act.ts';
import type { Card } from '../contract/card.ts';
import { canonical, recognise } from '../funnel/keys.ts';
import type { Refusal } from '../funnel/lead.ts';
import { type KeyKind, keyKinds } from '../funnel/words.ts';
import { addedCard, decided } from './outbox/optimistic.ts';
import { type Basis, NoSuchAct, NotNow, NotSaved, type Outbox } from './outbox/outbox.ts';
import { actState } from './outbox/shown.ts';
import type { Row } from './outbox/store.ts';
import { type Context, painted } from './scene/compose.ts';
import type { Words } from './words.ts';

/** What users do. Each act is checked by the rules first, then put on disk; only then the answer says saved. */
type Kinds = 'decide' | 'feedback' | 'reply' | 'add' | 'tie' | 'untie' | 'undo' | 'retry' | 'discard' | 'outbox';
export type Acts = { [K in Kinds]: (payload: FromPages[K]['in']) => Promise<FromPages[K]['out']> };

export interface ActsWorld {
  outbox: Outbox;
  /** As the backend last said, from this device or from there. Rejects with a `BridgeError` when it can't be had. */
  card(id: string): Promise<Card>;
  context(): Promise<Context>;
  words(): Promise<Words>;
  /** An act is on disk: send it when its time has come. */
  saved(row: Row): void;
}

export function acts({ outbox, card, context, words, saved }: ActsWorld): Acts {
  const at = (ctx: Context) => new Date(ctx.now).toISOString();

  async function shown(row: Row | Promise<Row>): Promise<ActState> {
    try {
      const done = await row;
      saved(done);
      return actState(done, (await context()).deviceNow);
    } catch (error) {
      throw await inWords(error);
    }
  }
  async function inWords(error: unknown): Promise<unknown> {
    const say = await words();
    if (error instanceof NotSaved) return new BridgeError(error.full ? 'no-room' : 'not-saved', error.full ? say.noRoom : say.notSaved);
    if (error instanceof NoSuchAct) return new BridgeError('no-such-act', say.noSuchAct);
    if (error instanceof NotNow) return new BridgeError('not-now', say.stillSending);
    return error;
  }
  async function signedIn() {
    const ctx = await context();
    if (!ctx.me) throw new BridgeError('signed-out', (await words()).notSignedIn);
    return { ...ctx, me: ctx.me };
  }

  /** The lead as its user sees it: with the acts on their way, and also when only this device knows it yet. */
  async function seen(lead: string, ctx: Context & { me: NonNullable<Context['me']> }): Promise<{ known: Card; shown: Card }> {
    const rows = await outbox.list();
    const added = rows.find((row) => row.lead === lead && row.act.kind === 'add' && row.status !== 'refused' && row.status !== 'undone');
    const known = await card(lead).catch((error) => {
      if (added?.act.kind !== 'add') throw error;
      const made = addedCard(added.id, added.act, added.at, ctx);
      if ('refused' in made) throw error;
      return made;
    });
    return { known, shown: painted(known, rows, ctx) };
  }

  return {
    async decide({ lead, decision }) {
      const ctx = await signedIn();
      const { known, shown: now } = await seen(lead, ctx);
      const result = decided(now, decision, v7(), ctx);
      if ('refused' in result) throw refusedHere(result);
      const agreement = ctx.agreement?.version ?? known.agreement;
      return shown(
        outbox.add({
          lead,
          name: known.person.name,
          at: at(ctx),
          seen: known.funnelVersion,
          act: (basis) => ({ kind: 'decision', lead, body: { ...decision, basis, actedAt: at(ctx), agreement } as DecisionBody }),
        }),
      );
    },

    async feedback({ lead, campaign, touch, ...said }) {
      const ctx = await signedIn();
      const { known } = await seen(lead, ctx);
      const about = campaign || touch ? { about: { campaign, touch } } : {};
      return shown(
        outbox.add({
          lead,
          name: known.person.name,
          at: at(ctx),
          act: () => ({ kind: 'feedback', lead, body: { ...said, ...about, actedAt: at(ctx) } }),
        }),
      );
    },

    async reply({ lead, feedback, ...said }) {
      const ctx = await signedIn();
      const { known } = await seen(lead, ctx);
      return shown(
        outbox.add({
          lead,
          name: known.person.name,
          at: at(ctx),
          act: () => ({ kind: 'reply', lead, feedback, body: { ...said, actedAt: at(ctx) } }),
        }),
      );
    },

    async add({ name, company, title, keys }) {
      const ctx = await signedIn();
      const lead = v7();
      const said = keys.map((key) => keyOf(key.kind, key.value));
      const usable = said.filter((key) => key !== undefined);
      if (usable.length < said.length || !usable.length) throw new BridgeError('invalid', (await words()).notAnAddress);
      const body = { id: lead, name, company, title, keys: usable, actedAt: at(ctx) };
      const made = addedCard(lead, { kind: 'add', lead, body }, at(ctx), ctx);
      if ('refused' in made) throw refusedHere(made);
      return shown(outbox.add({ lead, name, at: at(ctx), act: () => ({ kind: 'add', lead, body }) }));
    },

    async tie({ lead, kind, value }) {
      const ctx = await signedIn();
      const { known } = await seen(lead, ctx);
      const key = keyOf(kind, value);
      if (!key) throw new BridgeError('invalid', (await words()).notAnAddress);
      return shown(
        outbox.add({
          lead,
          name: known.person.name,
          at: at(ctx),
          act: () => ({ kind: 'tie', lead, body: { ...key, actedAt: at(ctx) } }),
        }),
      );
    },

    async untie({ lead, key }) {
      const ctx = await signedIn();
      const { known } = await seen(lead, ctx);
      return shown(outbox.add({ lead, name: known.person.name, at: at(ctx), act: () => ({ kind: 'untie', lead, key }) }));
    },

    undo: ({ id }) => shown(outbox.undo(id)),

    async retry({ id }) {
      const ctx = await signedIn();
      const row = (await outbox.list()).find((one) => one.id === id);
      if (!row) throw new BridgeError('no-such-act', (await words()).noSuchAct);
      // What a decision builds on now: how the lead stands after the refusal.
      const known = row.act.kind === 'decision' ? (await seen(row.lead, ctx)).known : undefined;
      return shown(
        outbox.retry(id, {
          seen: Math.max(known?.funnelVersion ?? 0, row.refusal?.card?.funnelVersion ?? 0),
          at: at(ctx),
          renew: (act, basis, now) => renewed(act, basis, now, ctx.agreement?.version),
        }),
      );
    },

    async discard({ id }) {
      try {
        await outbox.discard(id);
      } catch (error) {
        throw await inWords(error);
      }
    },

    async outbox() {
      const { deviceNow } = await context();
      return (await outbox.list()).map((row) => actState(row, deviceNow));
    },
  };
}

function renewed(act: Act, basis: Basis, actedAt: string, agreement: number | undefined): Act {
  switch (act.kind) {
    case 'decision':
      return { ...act, body: { ...act.body, basis, actedAt, agreement: agreement ?? act.body.agreement } };
    case 'untie':
      return act;
    default:
      return { ...act, body: { ...act.body, actedAt } } as Act;
  }
}

/** A key in its one form, of the kind that is named or of whatever kind it turns out to be. */
function keyOf(kind: string, value: string): { kind: KeyKind; value: string } | undefined {
  if ((keyKinds as readonly string[]).includes(kind)) {
    const form = canonical(kind as KeyKind, value);
    return form === null ? undefined : { kind: kind as KeyKind, value: form };
  }
  return recognise(value) ?? undefined;
}

const refusedHere = ({ refused, sentence, facts = {} }: Refusal) => new BridgeError('refused', sentence, { code: refused, facts });
