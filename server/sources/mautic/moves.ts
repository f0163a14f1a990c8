import type { Link, StageSeen } from '../source.ts';
import { call } from './api.ts';

/** Mautic tells since when somebody is at a stage only as something that happened to them. */
export interface Move {
  eventLabel: string | { label: string; href?: string };
  timestamp: string;
}
export const labelOf = ({ eventLabel }: Pick<Move, 'eventLabel'>): string =>
  typeof eventLabel === 'string' ? eventLabel : eventLabel.label;

export const stageThen = (contact: number | string, move: Move): StageSeen => ({
  record: `mautic:${contact}`,
  field: 'stage',
  value: labelOf(move),
  at: new Date(move.timestamp).toISOString(),
});

/** The last time that a contact came to another stage. */
export async function newestMove(link: Link, contact: number): Promise<Move | undefined> {
  const query = new URLSearchParams({
    'filters[includeEvents][0]': 'stage.changed',
    limit: '1',
    page: '1',
    'order[0]': 'timestamp',
    'order[1]': 'DESC',
  });
  const { events } = await call<{ events: Move[] }>(link, 'GET', `/contacts/${contact}/activity?${query}`);
  return events[0];
}
