import { Fragment, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Scrolls } from '../parts/scrolls.tsx';
import { useWords } from '../words/words.tsx';

export interface OpenRow {
  id: string;
  name: string;
  /** What tells it from others of that name. */
  small: string;
  cells: ReactNode[];
}
interface Props {
  label: string;
  /** The first names the rows; numbers stand to the right. */
  columns: { head: string; num?: true }[];
  rows: readonly OpenRow[];
  open?: string | undefined;
  /** Absent: nothing opens. */
  onOpen?: (id: string | undefined) => void;
  /** What is shown of the open one, in its row; absent: it stands below the table. */
  inside?: ReactNode;
}

/** Things of which one is open. */
export function OpenTable({ label, columns, rows, open, onOpen, inside }: Props) {
  const { w } = useWords();
  const o = w.options;
  const body = useRef<HTMLTableSectionElement>(null);
  useKeptFocus(
    body,
    rows.findIndex(({ id }) => id === open),
  );
  return (
    <Scrolls label={label}>
      <table className="table tall">
        <thead>
          <tr>
            {columns.map(({ head, num }) => (
              <th key={head} scope="col" className={num && 'num'}>
                {head}
              </th>
            ))}
            {onOpen && (
              <th scope="col">
                <span className="unseen">{o.openShort}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map(({ id, name, small, cells }) => (
            <Fragment key={id}>
              <tr>
                <th scope="row">
                  <b>
                    <bdi>{name}</bdi>
                  </b>
                  <small className="anywhere">
                    <bdi>{small}</bdi>
                  </small>
                </th>
                {cells.map((cell, i) => {
                  const { head, num } = columns[i + 1]!;
                  return (
                    <td key={head} className={num ? 'num' : 'n'}>
                      {cell}
                    </td>
                  );
                })}
                {onOpen && (
                  <td className="num">
                    <button
                      type="button"
                      className="btn small opens"
                      aria-expanded={id === open}
                      aria-label={id === open ? o.closeOne(name) : o.openOne(name)}
                      onClick={() => onOpen(id === open ? undefined : id)}
                    >
                      {id === open ? o.closeShort : o.openShort}
                    </button>
                  </td>
                )}
              </tr>
              {inside && id === open && (
                <tr className="inside">
                  <td colSpan={columns.length + 1}>{inside}</td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

/** Whoever removes the open one goes on at what came into its place; whoever brings one in, at that one. */
function useKeptFocus(body: RefObject<HTMLTableSectionElement | null>, at: number): void {
  const before = useRef(at);
  useEffect(() => {
    const was = before.current;
    before.current = at;
    if (at === was || document.activeElement !== document.body) return;
    const openers = body.current?.querySelectorAll<HTMLElement>('.opens') ?? [];
    openers[at < 0 ? Math.min(was, openers.length - 1) : at]?.focus();
  });
}
