import { createContext, type ReactNode, useContext, useId } from 'react';
import type { Fault } from '../../../lib/funnel/checkAgreement.ts';
import type { Said } from '../../../lib/funnel/sentences/sentence.ts';
import { Icon } from '../../icons.tsx';
import { saidWords } from '../../words/refused.ts';
import { useWords, type Words } from '../../words/words.tsx';

/** A fault that the form found itself, or that the backend told. */
export type Told = Omit<Fault, 'said'> & { said?: Said };
/** What is wrong in the form, once somebody has tried to propose it. */
export const Faults = createContext<readonly Told[]>([]);

/** In the words of this screen; the backend's own where it alone knows. */
export const faultWords = ({ said, detail }: Told, w: Words): string => saidWords(said, w) ?? detail;

/** What is wrong at a place of the agreement, and, with `under`, at what is inside it. */
export const useFaults = (at: string, under?: boolean): readonly Told[] =>
  useContext(Faults).filter((fault) => fault.at === at || (under === true && fault.at.startsWith(`${at}/`)));

/** A sentence for each fault, to be named by what is wrong. */
export function Wrong({ faults, id }: { faults: readonly Told[]; id?: string }) {
  const { w } = useWords();
  if (faults.length === 0) return null;
  return (
    <p className="help wrong" id={id}>
      {[...new Set(faults.map((fault) => faultWords(fault, w)))].join(' ')}
    </p>
  );
}

interface Marks {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

/** A field with its label, and under it what is wrong with it. `at`: where its value stands in the agreement. */
export function Field(props: { at: string; label: ReactNode; className?: string; under?: boolean; children: (marks: Marks) => ReactNode }) {
  const { at, label, className, under, children } = props;
  const id = useId();
  const faults = useFaults(at, under);
  return (
    <div className={className}>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-invalid': faults.length > 0 || undefined, 'aria-describedby': faults.length > 0 ? `${id}-wrong` : undefined })}
      <Wrong faults={faults} id={`${id}-wrong`} />
    </div>
  );
}

/** A line of text or a number. */
export function Text(props: {
  at: string;
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  most?: number;
  number?: true;
  under?: boolean;
  className?: string;
  list?: string;
  placeholder?: string;
}) {
  const { at, label, value, onChange, most = 400, number, under, className, list, placeholder } = props;
  return (
    <Field at={at} label={label} {...(under && { under })} className={number ? 'number' : className}>
      {(marks) => (
        <input
          {...marks}
          className={number ? 'field n' : 'field'}
          {...(number ? { inputMode: 'decimal' as const } : { dir: 'auto' as const })}
          autoComplete="off"
          maxLength={number ? 12 : most}
          value={value}
          list={list}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** One of several, with its label above. */
export function Choose<T extends string>(props: {
  at: string;
  label: ReactNode;
  value: T;
  items: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  disabled?: boolean;
}) {
  const { at, label, value, items, onChange, disabled } = props;
  return (
    <Field at={at} label={label}>
      {(marks) => (
        <span className="select of-field">
          <select {...marks} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as T)}>
            {items.map((item) => (
              <option key={item.value} value={item.value}>
                {item.label}
              </option>
            ))}
          </select>
          <Icon name="down" small />
        </span>
      )}
    </Field>
  );
}
