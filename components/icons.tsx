/** Every icon of Baton: a 16 px box, stroke 1.5, no fill. `small` is 12 px, for carets and ticks only. */
const paths = {
  mark: 'M4.5 11.5 11.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  up: 'M3.5 10 8 5.5l4.5 4.5',
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  phone: 'M5.5 2.5h-2a1 1 0 0 0-1 1c0 5.5 4.5 10 10 10a1 1 0 0 0 1-1v-2l-3-1.2-1.3 1.3a8 8 0 0 1-3.8-3.8l1.3-1.3Z',
  mail: 'M3 3.5h10a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM2.5 5 8 9l5.5-4',
  date: 'M3.5 4h9a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM2.5 7h11M5.5 2.5V5M10.5 2.5V5',
  copy: 'M5.5 5.5v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2M3.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1Z',
  out: 'M9 3h4v4M13 3 7.5 8.5M6.5 3.5H4a1 1 0 0 0-1 1V12a1 1 0 0 0 1 1h7.5a1 1 0 0 0 1-1V9.5',
  again: 'M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5',
  lock: 'M4.5 7.5h7a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-4a1 1 0 0 1 1-1ZM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  users:
    'M6 7.75a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13c.5-2 2.2-3 4.5-3s4 1 4.5 3M10.5 3a2.5 2.5 0 0 1 0 4.5M12 10.3c1.3.4 2.2 1.3 2.5 2.7',
  user: 'M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8ZM2.75 13.5c.6-2.2 2.6-3.5 5.25-3.5s4.65 1.3 5.25 3.5',
  alert: 'M8 2.5 14 13H2ZM8 6.5v3M8 11.3v.1',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5v3.5M8 5.2v.1',
  off: 'M2.5 2.5l11 11M5 5.2A3.5 3.5 0 0 0 4.5 12h6.8M13.2 10.8A2.8 2.8 0 0 0 11.5 6.2 3.8 3.8 0 0 0 7 4.1',
  swap: 'M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13',
  back: 'M6 4 2.5 7.5 6 11M2.5 7.5h7a4 4 0 0 1 4 4V13',
  gear: 'M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 2v1.5M8 12.5V14M2 8h1.5M12.5 8H14M3.8 3.8l1 1M11.2 11.2l1 1M12.2 3.8l-1 1M4.8 11.2l-1 1',
  chart: 'M2.5 2.5v11h11M4.5 10.5 7 8l2 1.5 4-5',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3l3.2 3.2',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5 12 8l-7 4.5Z',
  history: 'M3 8a5 5 0 1 0 1.5-3.5L3 6M3 2.5V6h3.5M8 5.5V8l2 1.5',
  link: 'M6.7 9.3a2.5 2.5 0 0 0 3.5 0l2.3-2.3a2.5 2.5 0 0 0-3.5-3.5l-.8.8M9.3 6.7a2.5 2.5 0 0 0-3.5 0L3.5 9A2.5 2.5 0 0 0 7 12.5l.8-.8',
  cut: 'M9.3 6.7a2.5 2.5 0 0 0-3.5 0L3.5 9A2.5 2.5 0 0 0 7 12.5l.8-.8M8.2 4.3l.8-.8A2.5 2.5 0 0 1 12.5 7l-1.2 1.2M2.5 2.5l11 11',
  say: 'M3.5 3h9a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H8l-3 2.5V11H3.5a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Z',
  sign: 'M2.5 13.5h11M2.5 10.5c2.5 0 3-7 4.5-7s-1 6.5.5 6.5 1.5-2.5 2.5-2.5.5 1.5 1.5 1.5 1-.5 2-.5',
  store: 'M8 6.5c3 0 5-.9 5-2s-2-2-5-2-5 .9-5 2 2 2 5 2ZM3 4.5V8c0 1.1 2 2 5 2s5-.9 5-2V4.5M3 8v3.5c0 1.1 2 2 5 2s5-.9 5-2V8',
  shield: 'M8 2l5 1.8V8c0 3-2.2 5-5 6-2.8-1-5-3-5-6V3.8Z',
  pulse: 'M1.5 8.5H4L6 4l3 8 2-5.5 1 2h2.5',
  plug: 'M5.5 2.5v3M10.5 2.5v3M4 5.5h8V8a4 4 0 0 1-8 0ZM8 12v2',
  globe: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2 8h12M8 2c2 1.8 2.8 3.8 2.8 6S10 12.2 8 14c-2-1.8-2.8-3.8-2.8-6S6 3.8 8 2Z',
  funnel: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  money: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM10 6c-.3-.7-1-1-2-1-1.2 0-2 .5-2 1.5 0 2 4 1 4 3 0 1-.8 1.5-2 1.5-1 0-1.7-.3-2-1M8 4v8',
  inbox: 'M2.5 9.5 4 3.5h8l1.5 6v3a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1ZM2.5 9.5H6a2 2 0 0 0 4 0h3.5',
  news: 'M3.5 2.5h9v11h-9ZM5.5 5.5h5M5.5 8h5M5.5 10.5h3',
  get: 'M8 2.5v7M5 7l3 3 3-3M3 13.5h10',
  print: 'M4.5 6V2.5h7V6M4.5 11.5h-2V7a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v4.5h-2M4.5 9.5h7v4h-7Z',
  panel: 'M3 3h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM9.5 3v10',
  file: 'M4 2.5h5L12.5 6v7.5H4ZM9 2.5V6h3.5',
  key: 'M10 8.5A3.25 3.25 0 1 0 10 2a3.25 3.25 0 0 0 0 6.5ZM7.7 7.6 2.5 12.8V14H4l.5-1.5H6l.5-1.5',
} as const;

export type IconName = keyof typeof paths | 'more';

export function Icon({ name, small }: { name: IconName; small?: boolean }) {
  if (name === 'more')
    return (
      <svg className="i solid" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="3" cy="8" r="1.3" />
        <circle cx="8" cy="8" r="1.3" />
        <circle cx="13" cy="8" r="1.3" />
      </svg>
    );
  return (
    <svg className={small ? 'i small' : 'i'} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark: a baton, slanted as when it is passed on. */
export const Mark = ({ size = 16 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" className="mark-baton">
    <path d="M4.5 11.5 11.5 4.5" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
  </svg>
);

/** Three, two or one bar: the verdict without its colour. */
export const Bars = ({ count }: { count: 1 | 2 | 3 }) => (
  <svg className="i solid" viewBox="0 0 16 16" aria-hidden="true">
    <rect x="2.5" y="10" width="2.5" height="3.5" />
    <rect x="6.75" y="6.5" width="2.5" height="7" opacity={count > 1 ? 1 : 0.26} />
    <rect x="11" y="3" width="2.5" height="10.5" opacity={count > 2 ? 1 : 0.26} />
  </svg>
);
