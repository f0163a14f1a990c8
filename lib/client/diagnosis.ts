import type { FromPages, Settings } from '../bridge/protocol.ts';
import type { Connection, Language } from '../bridge/scene.ts';
import type { Sighting } from '../sites/site.ts';
import type { Refusal } from './leadset/refusals.ts';
import { isOld } from './outbox/outbox.ts';
import type { Row } from './outbox/store.ts';

/** What can be handed to somebody who helps: counts, states and the names of candidates. Never what stands in a mail or on a card. */
export interface Diagnosed {
  version: string;
  connection: Connection;
  settings: Settings;
  rows: readonly Row[];
  cards: number;
  /** Lead sets that were refused, newest last. */
  refusedSets: readonly Refusal[];
  now: number;
  scenes: readonly Sighting[];
  language: Language;
}

const en = {
  state: {} as Partial<Record<Connection['state'], string>>,
  connection: 'Connection',
  connectionMeans: 'How this device stands with the backend.',
  leads: 'Lead set',
  leadsMeans: 'People known as leads on this device. Nobody can be told apart without it.',
  refusedSets: 'Lead sets refused',
  refusedSetsMeans: 'What came did not add up, was not used, and was fetched anew. Often, it means that something changes it on its way.',
  refusedSet: (times: number, why: string, at: string) => `${times} · ${why}, ${at}`,
  cards: 'Cards',
  cardsMeans: 'Cards kept sealed on this device.',
  waiting: 'Waiting to be sent',
  waitingMeans: 'Acts that the backend has not answered yet.',
  refused: 'Refused or old',
  refusedMeans: 'Acts that need a decision of yours.',
  page: (site: string, view: string) => `Page: ${site}, ${view}`,
  read: (people: number) => `${people} people`,
  pageMeans: 'What the reader found on an open page, and by which way.',
  nothing: 'none',
};
const de: typeof en = {
  state: {
    live: 'verbunden',
    cached: 'gespeicherter Stand',
    offline: 'offline',
    'signed-out': 'abgemeldet',
    'not-connected': 'nicht verbunden',
    paused: 'angehalten',
  },
  connection: 'Verbindung',
  connectionMeans: 'Wie dieses Gerät mit dem Backend steht.',
  leads: 'Lead-Menge',
  leadsMeans: 'Wer auf diesem Gerät als Lead bekannt ist. Ohne sie ist niemand zu unterscheiden.',
  refusedSets: 'Abgelehnte Lead-Mengen',
  refusedSetsMeans: 'Was kam, ging nicht auf, wurde nicht benutzt und neu geholt. Oft heißt: unterwegs verändert es jemand.',
  refusedSet: (times, why, at) => `${times} · ${why}, ${at}`,
  cards: 'Karten',
  cardsMeans: 'Karten, die verschlüsselt auf diesem Gerät liegen.',
  waiting: 'Noch zu senden',
  waitingMeans: 'Schritte, auf die das Backend noch nicht geantwortet hat.',
  refused: 'Abgelehnt oder alt',
  refusedMeans: 'Schritte, über die Sie entscheiden müssen.',
  page: (site, view) => `Seite: ${site}, ${view}`,
  read: (people) => `${people} Personen`,
  pageMeans: 'Was der Leser auf einer offenen Seite gefunden hat, und auf welchem Weg.',
  nothing: 'keine',
};

export function diagnose({
  version,
  connection,
  settings,
  rows,
  cards,
  refusedSets,
  now,
  scenes,
  language,
}: Diagnosed): FromPages['diagnosis']['out'] {
  const say = language === 'de' ? de : en;
  const refused = rows.filter((row) => row.status === 'refused' || isOld(row, now)).length;
  const waiting = rows.filter((row) => ['held', 'queued', 'sending'].includes(row.status) && !isOld(row, now)).length;
  const table: FromPages['diagnosis']['out']['rows'] = [
    {
      what: say.connection,
      now: say.state[connection.state] ?? connection.state,
      means: say.connectionMeans,
      ok: connection.state === 'live' || connection.state === 'cached',
    },
    {
      what: say.leads,
      now: connection.leads === undefined ? say.nothing : String(connection.leads),
      means: say.leadsMeans,
      ok: connection.leads !== undefined,
    },
    ...refusedSets.slice(-1).map(({ at, why }) => ({
      what: say.refusedSets,
      now: say.refusedSet(refusedSets.length, why, at),
      means: say.refusedSetsMeans,
      // The answer to a key that ends is to fetch the next one.
      ok: why === 'gone',
    })),
    { what: say.cards, now: String(cards), means: say.cardsMeans, ok: true },
    { what: say.waiting, now: String(waiting), means: say.waitingMeans, ok: true },
    { what: say.refused, now: String(refused), means: say.refusedMeans, ok: refused === 0 },
    ...scenes.map((seen) => ({
      what: say.page(seen.site, seen.view),
      now: [say.read(seen.people.length), seen.unknown, ...Object.entries(seen.matched).map(([field, by]) => `${field}=${by}`)]
        .filter(Boolean)
        .join(' · '),
      means: say.pageMeans,
      ok: seen.unknown === undefined || seen.unknown === 'none',
    })),
  ];
  const sites = Object.entries(settings.sites).map(([id, site]) => `${id}=${site?.on ? (site.mode ?? 'on') : 'off'}`);
  const kinds = count(rows.map((row) => `${row.act.kind} ${row.status} ×${row.attempts}`));
  const text = [
    `Baton ${version}`,
    ...table.map((row) => `${row.what}: ${row.now}`),
    `syncedAt: ${connection.syncedAt ?? '-'}`,
    `sites: ${sites.join(' ')}; added origins: ${settings.origins.length}`,
    ...kinds.map(([kind, n]) => `act ${kind}: ${n}`),
    ...scenes.map(
      (seen) =>
        `roles ${seen.site}: ${count(seen.people.map(({ role, keys }) => `${role}/${keys.length}`))
          .map(([role, n]) => `${role}=${n}`)
          .join(' ')}`,
    ),
  ].join('\n');
  return { text, rows: table };
}

function count(words: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts];
}
