import type { ActState, Connection, Scene } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import type { Format } from '../format.ts';
import { Icon, type IconName } from '../icons.tsx';
import { useNow } from '../now.ts';
import { useWords, type Words } from '../words/words.tsx';

/** The card's last line. It is always true, and says so by a dot when well, by an icon when not. */
export interface Line {
  tone: 'live' | 'calm' | 'off' | 'wrong';
  icon?: IconName;
  text: string;
}

export function agoWords(at: string, now: number, w: Words, f: Format): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return w.card.justNow;
  if (minutes < 60) return f.relative(-minutes, 'minute');
  if (minutes < 60 * 24) return f.relative(-Math.floor(minutes / 60), 'hour');
  return f.relative(-Math.floor(minutes / 1440), 'day');
}

const joined = (w: Words, ...parts: (string | false | undefined)[]) => parts.filter(Boolean).join(w.joint);
export const unsentOf = (acts: ActState[]) =>
  acts.filter((a) => a.status === 'queued' || a.status === 'sending' || a.status === 'held').length;

export function lineOf(connection: Connection, card: Card | undefined, acts: ActState[], now: number, w: Words, f: Format): Line {
  const c = w.card;
  const held = acts.findLast((a) => a.status === 'held' && (a.heldUntil ?? 0) > now);
  const waiting = unsentOf(acts);
  const asOf = card?.asOf ?? connection.syncedAt;
  switch (connection.state) {
    case 'not-connected':
      return { tone: 'calm', text: c.notConnected };
    case 'signed-out':
      return { tone: 'calm', text: joined(w, c.signedOut, waiting > 0 && c.actsWait(waiting)) };
    case 'paused':
      return {
        tone: 'calm',
        icon: 'pause',
        text: joined(w, c.paused, asOf && c.asOf(f.moment(asOf, now)), waiting > 0 && c.actsWait(waiting)),
      };
    case 'offline':
      return {
        tone: 'off',
        icon: 'off',
        text: joined(w, c.offline, asOf && c.asOf(f.moment(asOf, now)), waiting > 0 && c.actsWait(waiting)),
      };
  }
  if (held) return { tone: 'live', text: c.sendingIn(Math.max(1, Math.ceil(((held.heldUntil ?? now) - now) / 1000))) };
  if (waiting)
    return { tone: connection.state === 'live' ? 'live' : 'calm', text: joined(w, c.sending, waiting > 1 && c.actsWait(waiting)) };
  if (connection.state === 'cached') return { tone: 'calm', text: asOf ? c.asOfAlone(f.moment(asOf, now)) : c.nothingSent };
  const crm = card?.crm;
  if (crm?.state === 'refused')
    return { tone: 'wrong', icon: 'alert', text: joined(w, c.live, c.crmRefusedAgo(crm.at ? agoWords(crm.at, now, w, f) : '')) };
  if (crm?.state === 'updated' && crm.at) return { tone: 'live', text: joined(w, c.live, c.crmUpdated(agoWords(crm.at, now, w, f))) };
  if (crm?.state === 'waiting') return { tone: 'live', text: joined(w, c.live, c.crmWaiting) };
  return { tone: 'live', text: joined(w, c.live, connection.syncedAt && c.synced(f.time(connection.syncedAt))) };
}

export function Foot({
  scene,
  card,
  acts,
  line,
  more,
}: {
  scene: Scene;
  card?: Card;
  acts: ActState[];
  line?: Line;
  more?: React.ReactNode;
}) {
  const { w, f } = useWords();
  const counting = scene.connection.state !== 'offline' && acts.some((a) => a.status === 'held');
  const now = useNow(counting ? 'second' : 'minute');
  const said = line ?? lineOf(scene.connection, card, acts, now, w, f);
  return (
    <footer className={`foot ${said.tone}`}>
      <span className="row grow">
        {said.icon ? <Icon name={said.icon} /> : <i className="dot" />}
        <span className="cut n" title={scene.connection.sentence ?? said.text}>
          {said.text}
        </span>
      </span>
      {more}
    </footer>
  );
}
