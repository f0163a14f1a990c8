import { useId, useState } from 'react';
import type { Money } from '../../lib/funnel/lead.ts';
import { inUnits, minorDigits } from '../../lib/funnel/money.ts';
import { Choice } from '../parts/choice.tsx';
import { ActButton } from '../trust.tsx';
import { useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';

const currencies = ['EUR', 'USD', 'GBP', 'CHF'] as const;

/**
 * An amount as people write it, in the currency's minor unit: 12000 · 12,000.50 · 12.000,50. `undefined` when empty,
 * `null` when it is no amount. The last separator is the decimal one when no more figures follow it than the currency's
 * minor unit has (of three figures it is not: 12.000 is twelve thousand).
 */
export function minorUnits(text: string, currency: string): number | undefined | null {
  const bare = text.replace(/[\s'’\u00a0\u202f€$£¥]/g, '');
  if (!bare) return undefined;
  const minor = minorDigits(currency);
  const part = minor === 0 ? '()' : `(?:[.,](\\d{1,${Math.min(minor, 2)}}))?`;
  const parts = new RegExp(`^(\\d{1,3}(?:[.,]\\d{3})+|\\d+)${part}$`).exec(bare);
  if (!parts) return null;
  const value = Number(parts[1]!.replace(/[.,]/g, '') + (parts[2] ?? '').padEnd(minor, '0'));
  return Number.isSafeInteger(value) ? value : null;
}

/** Opens an opportunity or wins it; the amount is optional in both. */
export function Amount({ kind }: { kind: 'open_opportunity' | 'win' }) {
  const { card, decide, show } = useDoing();
  const { w, f } = useWords();
  const c = w.card;
  const id = useId();
  const [text, setText] = useState(card.amount ? String(inUnits(card.amount.value, card.amount.currency)) : '');
  const [currency, setCurrency] = useState<string>(card.amount?.currency ?? 'EUR');
  const value = minorUnits(text, currency);
  const amount: Money | undefined = typeof value === 'number' ? { value, currency } : undefined;
  const plain = kind === 'win' ? c.won : c.openOpportunity;
  const choices = (currencies as readonly string[]).includes(currency) ? currencies : [currency, ...currencies];
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)}>{plain}</PanelHead>
      <label className="label" htmlFor={id}>
        {c.opportunityAmount}
      </label>
      <div className="row">
        <input
          id={id}
          className="field n"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          aria-invalid={value === null || undefined}
          aria-describedby={value === null ? `${id}-wrong` : undefined}
          onChange={(e) => setText(e.target.value)}
        />
        <Choice
          field
          label={c.currency}
          value={currency}
          items={choices.map((code) => ({ value: code, label: code }))}
          onChange={setCurrency}
        />
      </div>
      {value === null && (
        <p className="help wrong" id={`${id}-wrong`}>
          {c.amountWrong}
        </p>
      )}
      <ActButton className="btn main wide" disabled={value === null} onAct={() => void decide({ kind, ...(amount && { amount }) })}>
        {amount ? (kind === 'win' ? c.wonWith : c.openWith)(f.money(amount)) : plain}
      </ActButton>
    </div>
  );
}
