import { useEffect, useState } from 'react';
import type { HistoryLine } from '../../lib/bridge/protocol.ts';
import { ReasonEntry, StageEntry } from '../parts/entry.tsx';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';

export function History() {
  const { card, show, now } = useDoing();
  const { ask } = useWorld();
  const { w, f } = useWords();
  const [rows, setRows] = useState<HistoryLine[] | 'waiting' | 'failed'>('waiting');
  useEffect(() => {
    let wanted = true;
    ask('history', { lead: card.id }).then(
      ({ items }) => wanted && setRows(items),
      () => wanted && setRows('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [ask, card.id]);
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)}>{w.card.history}</PanelHead>
      {rows === 'waiting' && <span className="ghost wide" />}
      {rows === 'failed' && <p className="second">{w.card.noHistory}</p>}
      {Array.isArray(rows) && rows.length === 0 && <p className="second">{w.card.historyEmpty}</p>}
      {Array.isArray(rows) && rows.length > 0 && (
        <ol className="line-of">
          {rows.map((row) => (
            <li key={`${row.at} ${row.kind} ${row.stage} ${row.sentence}`}>
              <time dateTime={row.at} title={f.full(row.at)}>
                {f.day(row.at, now)}
              </time>
              <i className="dot" />
              <span className="grow">
                {row.stage
                  ? fill(row.sentence, {
                      stage: <StageEntry stage={row.stage} word />,
                      reason: row.reason && <ReasonEntry code={row.reason} within />,
                    })
                  : row.sentence}
                <small>
                  <bdi>{row.by}</bdi>
                </small>
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
