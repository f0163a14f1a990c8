import type { Language } from './language.ts';
import type { Stage } from './words.ts';

/** What an agreement to start from says, in the language of whoever starts it. From then on it is the teams' own. */
interface Texts {
  stages: Record<Stage, string>;
  /** Of an MQL and of an SQL, by id. */
  criteria: Record<'icp' | 'intent' | 'role' | 'reply' | 'need' | 'decide', string>;
  /** Word, meaning, what marketing calls it, what sales calls it. */
  terms: readonly [term: string, means: string, marketing: readonly string[], sales: readonly string[]][];
  promises: Record<'mqls' | 'feedback' | 'inTime' | 'verdicts', string>;
}

const en: Texts = {
  stages: {
    subscriber: 'Reads what we publish; we hardly know who it is.',
    lead: 'We know who it is and how they came.',
    mql: 'Somebody who could buy, and shows it.',
    sal: 'Sales has taken it and tries to speak.',
    sql: 'Spoken with; there is a need, and somebody who decides.',
    opportunity: 'A deal with an amount and a date, in the pipeline.',
    customer: 'Signed.',
    recycled: 'Not now. Marketing keeps in touch until its date.',
    disqualified: 'Will not buy. Closed, and left in peace.',
  },
  criteria: {
    icp: 'Company of the size and country we sell to',
    intent: 'Pricing, demo or “call me”, within 14 days',
    role: 'Can decide or recommend',
    reply: 'Answered a person',
    need: 'Said the problem in their own words',
    decide: 'Names who decides and when',
  },
  terms: [
    [
      'MQL',
      'A lead that marketing hands over because it meets the criteria.',
      ['marketing qualified lead', 'qualified lead', 'hand-raiser'],
      ['hot lead', 'inbound'],
    ],
    ['SAL', 'A hand-off that a rep has accepted and is working on.', ['accepted lead'], ['working', 'in touch']],
    ['SQL', 'A lead that a rep has spoken with and found worth pursuing.', ['sales qualified lead'], ['qualified', 'real one']],
    [
      'Hand-off',
      'The moment marketing passes a lead to sales. Sales owes an answer from then on.',
      ['pass', 'delivery'],
      ['assignment', 'new lead'],
    ],
    [
      'Recycled',
      'Given back to marketing, to return on a date or when the person shows strong interest.',
      ['nurture', 'back to nurture'],
      ['not now', 'parked'],
    ],
    ['Disqualified', 'Closed for good: no campaign is sent, no rep is asked.', ['suppressed'], ['dead', 'junk']],
    ['Touch', 'One thing the person did or was sent. Opening a mail is not interest.', ['engagement', 'response'], ['activity']],
    ['High intent', 'Asked for a demo, for prices or for a call. Answered faster.', ['fast track'], ['call now']],
  ],
  promises: {
    mqls: 'MQLs that meet 3 of 4 criteria, per month',
    feedback: 'Feedback answered within 2 working days',
    inTime: 'Hand-offs answered in time',
    verdicts: 'Verdict within 14 days of accepting',
  },
};

const de: Texts = {
  stages: {
    subscriber: 'Liest, was wir veröffentlichen; wir wissen kaum, wer es ist.',
    lead: 'Wir wissen, wer es ist und woher die Person kam.',
    mql: 'Jemand, der kaufen könnte und es zeigt.',
    sal: 'Der Vertrieb hat angenommen und sucht das Gespräch.',
    sql: 'Gesprochen; es gibt einen Bedarf und jemanden, der entscheidet.',
    opportunity: 'Ein Geschäft mit Betrag und Datum, in Verhandlung.',
    customer: 'Unterschrieben.',
    recycled: 'Nicht jetzt. Das Marketing bleibt bis zum Datum in Kontakt.',
    disqualified: 'Wird nicht kaufen. Geschlossen und in Ruhe gelassen.',
  },
  criteria: {
    icp: 'Firma von der Größe und aus dem Land, an die wir verkaufen',
    intent: 'Preise, Vorführung oder „rufen Sie mich an“, binnen 14 Tagen',
    role: 'Kann entscheiden oder empfehlen',
    reply: 'Hat einem Menschen geantwortet',
    need: 'Hat das Problem in eigenen Worten gesagt',
    decide: 'Nennt, wer entscheidet und wann',
  },
  terms: [
    [
      'MQL',
      'Ein Lead, den das Marketing übergibt, weil er die Kriterien erfüllt.',
      ['Marketing Qualified Lead', 'qualifizierter Lead'],
      ['heißer Lead', 'Anfrage'],
    ],
    ['SAL', 'Eine Übergabe, die jemand im Vertrieb angenommen hat und bearbeitet.', ['angenommener Lead'], ['in Arbeit', 'im Gespräch']],
    ['SQL', 'Ein Lead, mit dem der Vertrieb gesprochen hat und der es wert ist.', ['Sales Qualified Lead'], ['qualifiziert', 'ein echter']],
    [
      'Übergabe',
      'Der Moment, in dem das Marketing einen Lead an den Vertrieb gibt. Von da an schuldet der Vertrieb eine Antwort.',
      ['Weitergabe', 'Lieferung'],
      ['Zuteilung', 'neuer Lead'],
    ],
    [
      'Zurückgestellt',
      'Zurück beim Marketing, bis zu einem Datum oder bis die Person starkes Interesse zeigt.',
      ['Nurture', 'Pflege'],
      ['nicht jetzt', 'geparkt'],
    ],
    ['Geschlossen', 'Endgültig: Es kommt keine Kampagne, und niemand im Vertrieb wird gefragt.', ['gesperrt'], ['tot', 'Ausschuss']],
    ['Kontakt', 'Etwas, das die Person tat oder bekam. Eine Mail zu öffnen ist kein Interesse.', ['Engagement', 'Reaktion'], ['Aktivität']],
    [
      'Hohes Interesse',
      'Hat nach Vorführung, Preisen oder einem Anruf gefragt. Wird schneller beantwortet.',
      ['Fast Track'],
      ['gleich anrufen'],
    ],
  ],
  promises: {
    mqls: 'MQLs im Monat, die 3 von 4 Kriterien erfüllen',
    feedback: 'Rückmeldungen binnen 2 Arbeitstagen beantwortet',
    inTime: 'Übergaben rechtzeitig beantwortet',
    verdicts: 'Urteil binnen 14 Tagen nach dem Annehmen',
  },
};

export const textsIn: Readonly<Record<Language, Texts>> = { en, de };
