import type { Clock } from '../../lib/funnel/clock.ts';

/** The ring shows what is left, not what is used; it always stands beside words. */
export function Ring({ clock }: { clock: Clock }) {
  if (clock.state === 'breached')
    return (
      <svg className="ring" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" />
        <path d="M8 4.8v3.6M8 11v.2" strokeWidth="2" />
      </svg>
    );
  if (clock.state === 'paused')
    return (
      <svg className="ring" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" strokeWidth="1.5" />
        <path d="M6.5 5.8v4.4M9.5 5.8v4.4" strokeWidth="1.5" />
      </svg>
    );
  if (clock.state === 'met')
    return (
      <svg className="ring" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" strokeWidth="1.5" />
        <path d="M5.5 8.2 7.3 10l3.4-4" strokeWidth="1.5" />
      </svg>
    );
  const share = clock.allowedMinutes ? Math.max(0, Math.min(1, (clock.leftMinutes ?? 0) / clock.allowedMinutes)) : 0;
  return (
    <svg className="ring" viewBox="0 0 16 16" aria-hidden="true">
      <circle className="rail" cx="8" cy="8" r="6" />
      <circle className="left" cx="8" cy="8" r="6" pathLength="100" strokeDasharray={`${share * 100} 100`} transform="rotate(-90 8 8)" />
    </svg>
  );
}

export const ClockLine = ({ clock, words }: { clock: Clock; words: string }) => (
  <span className={`clock ${clock.state}`}>
    <Ring clock={clock} />
    {words}
  </span>
);
