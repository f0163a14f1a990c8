import type { ActState } from '../../bridge/scene.ts';
import { isOld } from './outbox.ts';
import type { Row } from './store.ts';

/** An act as the screens see it. `now` is the device's clock, ms. */
export const actState = (row: Row, now: number): ActState => ({
  id: row.id,
  act: row.act,
  status: isOld(row, now) ? 'old' : row.status,
  name: row.name,
  at: row.at,
  ...(row.heldUntil === undefined ? {} : { heldUntil: row.heldUntil }),
  attempts: row.attempts,
  ...(row.renews && { renews: row.renews }),
  ...(row.refusal && { sentence: row.refusal.sentence }),
  ...(row.refusal?.said && { refusal: row.refusal.said }),
  ...(row.refusal?.card && { conflict: row.refusal.card }),
  ...(row.refusal?.moved && { movedBy: row.refusal.moved.by }),
});
