import { useId } from 'react';
import { useWords } from '../../words/words.tsx';
import type { Way } from './wire.ts';

/** What one way to connect asks for. */
export function Fields(props: { way: Way; values: Record<string, string>; onChange: (values: Record<string, string>) => void }) {
  const { way, values, onChange } = props;
  const { w } = useWords();
  const id = useId();
  return way.fields.map(({ name, label, secret, optional, example }) => (
    <div key={name}>
      <label className="label" htmlFor={`${id}${name}`}>
        {label}
        {optional && ` (${w.crm.optional})`}
      </label>
      <input
        id={`${id}${name}`}
        className="field"
        type={secret ? 'password' : 'text'}
        autoComplete="off"
        spellCheck={false}
        placeholder={example}
        maxLength={4000}
        value={values[name] ?? ''}
        onChange={(e) => onChange({ ...values, [name]: e.target.value })}
      />
    </div>
  ));
}

/** Whether everything that must be filled in is. */
export const complete = (way: Way, values: Record<string, string>): boolean =>
  way.fields.every(({ name, optional }) => optional || values[name]?.trim());

/** As the backend takes them: nothing that is empty. */
export const filledIn = (way: Way, values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(way.fields.flatMap(({ name }) => (values[name]?.trim() ? [[name, values[name].trim()]] : [])));
