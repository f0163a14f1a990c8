import type { ReactNode } from 'react';
import type { Share } from '../../lib/contract/routes/reports.ts';
import { Termed } from '../parts/entry.tsx';
import { useWords } from '../words/words.tsx';

/** A few numbers above a report, side by side. */
export const Tiles = ({ children }: { children: ReactNode }) => <dl className="tiles">{children}</dl>;

/** One number: a count, or a share with its interval. Under twenty the two numbers, and no rate. */
export function Tile(props: { name: ReactNode; value?: string; share?: Share; before?: Share; under?: string }) {
  const { name, value, share, before, under } = props;
  const { w, f } = useWords();
  const rated = share?.share !== undefined;
  return (
    <div>
      <dt className="second">{name}</dt>
      <dd>
        {share ? (
          rated ? (
            <>
              <b className="n">{f.percent(share.share!, 1)}</b>{' '}
              <span className="quiet n">{`${f.percent(share.low!, 1)} – ${f.percent(share.high!, 1)}`}</span>
            </>
          ) : (
            <span className="quiet">{share.of === 0 ? '–' : w.report.tooFew(share.n, share.of)}</span>
          )
        ) : (
          <b className="n">{value ?? '–'}</b>
        )}
      </dd>
      <dd className="quiet t12">
        <Termed
          text={
            under ??
            (before?.share !== undefined
              ? `${f.percent(before.share, 1)} ${w.report.before}`
              : rated
                ? `${f.number(share!.n)} / ${f.number(share!.of)}`
                : '\u00a0')
          }
        />
      </dd>
    </div>
  );
}
