import type { Format } from '../../format.ts';
import { Icon, type IconName } from '../../icons.tsx';
import { useWords, type Words } from '../../words/words.tsx';
import type { Source } from './wire.ts';

export type StateName = keyof Words['crm']['states'];

/** Troubles that pass by themselves. */
const passing = new Set(['away', 'limit']);

export function stateOf({ state, trouble, mapping, importedAt }: Source): StateName {
  if (state === 'paused') return 'paused';
  if (!mapping.agreed) return 'mapping';
  if (trouble) return passing.has(trouble.trouble) ? 'waits' : 'trouble';
  return importedAt === undefined ? 'importing' : 'live';
}
const icons: Record<Exclude<StateName, 'live'>, IconName> = {
  paused: 'pause',
  mapping: 'sign',
  importing: 'get',
  trouble: 'alert',
  waits: 'history',
};

export function State({ source }: { source: Source }) {
  const { w } = useWords();
  const name = stateOf(source);
  return (
    <span className={name === 'live' ? 'row well-of' : name === 'trouble' ? 'row not-well' : 'row second'}>
      {name === 'live' ? <i className="dot" /> : <Icon name={icons[name]} />}
      {name === 'trouble' ? <b>{w.crm.states[name]}</b> : w.crm.states[name]}
    </span>
  );
}

/** How far behind the CRM; up to date as long as the next regular look is not overdue. */
export function lagText(seconds: number, w: Words): string {
  if (seconds < 10 * 60) return w.crm.upToDate;
  const minutes = Math.round(seconds / 60);
  return w.crm.lag(w.length({ days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 }));
}

/** How far the first import is. */
export function importText({ progress }: Source, w: Words, f: Format): string {
  if (progress?.done === undefined) return w.crm.importBegins;
  return progress.of === undefined
    ? w.crm.importingUnknown(f.number(progress.done))
    : w.crm.importing(f.number(progress.done), f.number(Math.max(progress.of, progress.done)));
}
