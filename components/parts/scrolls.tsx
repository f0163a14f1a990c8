import type { ReactNode } from 'react';

/** What is wider than its place scrolls by itself, also by keyboard. */
export function Scrolls({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has only a keyboard scrolls it by the arrows
    <section className="scrolls" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
