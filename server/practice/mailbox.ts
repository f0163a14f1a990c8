import { clockOf } from '../../lib/funnel/clock.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import type { Actor, Lead } from '../../lib/funnel/lead.ts';
import type { ClockState, Stage } from '../../lib/funnel/words.ts';
import { dana, known, type SamplePerson, sampleSeed, sampleZone, strangers, users } from '../sample/cast.ts';
import { generate } from '../sample/generate.ts';
import { replay, touchesByPerson } from '../sample/replay.ts';
import { day, hour, iso, minute, wall } from '../sample/times.ts';

/** A few weeks of mail to the sample rep, written by the sample's people and by some who are nobody's lead. */
export interface Mail {
  id: string;
  from: Contact;
  to: Contact[];
  cc: Contact[];
  subject: string;
  /** Epoch ms. */
  at: number;
  /** Paragraphs. */
  body: string[];
  /** A mail that was passed on inside this one. */
  quoted?: { from: Contact; subject: string; body: string[] };
  lang: string;
  dir: 'ltr' | 'rtl';
  unread: boolean;
}
export interface Contact {
  name: string;
  email: string;
}
export interface Profile extends SamplePerson {
  slug: string;
  about: string;
  lang: string;
  dir: 'ltr' | 'rtl';
}
export interface Practice {
  owner: Contact;
  mails: Mail[];
  profiles: Profile[];
}

interface Situation {
  person: SamplePerson;
  lead: Lead;
  clock: ClockState;
}

/** The same for the same sample: made of its seed and the moment it was made at. */
export function practice(madeAt: number, seed = sampleSeed): Practice {
  const all = situations(madeAt, seed);
  const owner = contact(users[0]!);
  const used = new Set(known.map(({ email }) => email));
  /** Somebody in this situation, or else in the next best. */
  const take = (...wishes: ((one: Situation) => boolean)[]): SamplePerson => {
    const free = all.filter(({ person }) => !used.has(person.email));
    const found = wishes.map((fits) => free.find(fits)).find((one) => one !== undefined) ?? free[0]!;
    used.add(found.person.email);
    return found.person;
  };
  const mine = (stage: Stage, clock?: ClockState) => (one: Situation) =>
    one.lead.stage === stage && (one.lead.handoff?.holder ?? one.lead.owner) === 'rep' && (clock === undefined || one.clock === clock);
  const at = (stage: Stage) => (one: Situation) => one.lead.stage === stage;
  const named = (part: string) => known.find(({ name }) => name.includes(part))!;
  const whitfield = all[dana]!.person;
  const [carla, henrik] = strangers as [SamplePerson, SamplePerson];
  const colleague = users.find(({ key }) => key === 'ana')!;

  const waiting = take(mine('mql', 'at_risk'), mine('mql'));
  const late = take(mine('mql', 'breached'), at('mql'));
  const accepted = take(mine('sal'));
  const returned = take((one) => one.lead.stage === 'mql' && one.lead.returned.times > 0, at('mql'));
  const sql = take(mine('sql'), at('sql'));
  const deal = take(mine('opportunity'), at('opportunity'));
  const customer = take(at('customer'));
  const asleep = take((one) => one.lead.stage === 'recycled' && one.lead.wakesOn !== undefined, at('recycled'));
  const closed = take(at('disqualified'));
  const reader = take(at('subscriber'));
  const first = ({ name }: SamplePerson) => name.split(' ')[0]!;

  const ago = (days: number, hours: number) => wall(defaultAgreement(sampleZone), madeAt - days * day, hours, 5 + ((days * 7) % 50));

  const drafts: (Omit<Mail, 'id' | 'to' | 'cc' | 'lang' | 'dir' | 'from' | 'unread'> & {
    from: SamplePerson | Contact;
    cc?: (SamplePerson | Contact)[];
    lang?: string;
    rtl?: true;
  })[] = [
    {
      from: whitfield,
      cc: [named('Svobodný')],
      subject: 'One play each: two questions',
      at: madeAt - 35 * minute,
      body: [
        'Hello Robin,',
        'the second half of the webinar was what we talked about all week. Two things before I take it to our board: does the quiet-account list work when a customer has several contracts with us, and what does it cost for about eighty people?',
        'Marek, in copy, runs support and would be the one to set it up.',
        'Best wishes, Dana',
      ],
    },
    {
      from: waiting,
      subject: 'Your template, and what comes after it',
      at: madeAt - 2.5 * hour,
      body: [
        'Hello,',
        'we filled in the sheet with our own numbers. The result was worse than I had hoped, so I would like to see the rest. Is Thursday possible?',
        first(waiting),
      ],
    },
    {
      from: colleague,
      subject: 'Fwd: Who looks after us?',
      at: madeAt - 4 * hour,
      body: ['This came to me by mistake, I think it is yours. Ana'],
      quoted: {
        from: contact(returned),
        subject: 'Who looks after us?',
        body: ['Hello,', 'we spoke in spring and it was too early then. It no longer is. Whom do I talk to?', first(returned)],
      },
    },
    {
      from: late,
      subject: 'Still interested',
      at: ago(1, 11),
      body: [
        'Hello,',
        'I left my number on your page. Nobody has called yet, so I write: we would like to compare you with two others before the month is over.',
        first(late),
      ],
    },
    {
      from: carla,
      subject: 'Keys for the second floor',
      at: ago(1, 8),
      body: [
        'Dear all,',
        'the locks on the second floor are changed on Friday between nine and eleven. Please collect the new keys at our office.',
        'Carla Mendesinha, Baywater Property',
      ],
    },
    {
      from: accepted,
      cc: [{ name: 'Procurement', email: 'procurement@granby-optics.example' }, named('Brandvold')],
      subject: 'Re: Dates for a first call',
      at: ago(1, 9),
      body: [
        'Tuesday at ten suits us. Our procurement is in copy, and Ottilie, who did this at Northwind and whom I asked for advice.',
        first(accepted),
      ],
    },
    {
      from: named('محمد'),
      subject: 'طلب عرض أسعار',
      lang: 'ar',
      rtl: true,
      at: ago(2, 13),
      body: [
        'مرحبًا روبن،',
        'قرأنا تقرير المقارنة ونودّ معرفة الأسعار لفريق من أربعين شخصًا، وهل الواجهة متوفرة بالعربية.',
        'مع التحية، محمد',
      ],
    },
    {
      from: named('Hohenstein'),
      subject: 'Rückfrage zur Auftragsverarbeitung',
      lang: 'de',
      at: ago(3, 13),
      body: [
        'Guten Tag Robin Castellan,',
        'vor einer Entscheidung benötigt unsere Datenschutzbeauftragte den Vertrag zur Auftragsverarbeitung sowie eine Übersicht der Unterauftragsverarbeiter. Könnten Sie beides bis Ende der Woche schicken?',
        'Mit freundlichen Grüßen, Maximiliane von Hohenstein-Waldburgshausen',
      ],
    },
    {
      from: deal,
      subject: 'Re: Offer, second version',
      at: ago(3, 11),
      body: ['Thank you. Finance asks for quarterly instead of yearly. If that works, we sign this month.', first(deal)],
    },
    {
      from: henrik,
      subject: 'Rehearsal moved to Wednesday',
      at: ago(4, 9),
      body: ['Dear singers,', 'the hall is taken on Thursday, so we meet on Wednesday at seven. Basses, please look at bar 41.', 'Henrik'],
    },
    {
      from: named('田中'),
      subject: '導入スケジュールについて',
      lang: 'ja',
      at: ago(5, 9),
      body: [
        'ロビン様',
        'ウェビナーを拝見しました。来期からの導入を検討しております。日本語のサポートがあるかどうか教えていただけますか。',
        '田中',
      ],
    },
    {
      from: sql,
      subject: 'Who decides, and when',
      at: ago(6, 13),
      body: [
        'As promised: our head of operations decides, in the meeting on the first Monday of next month. She has read your benchmark.',
        first(sql),
      ],
    },
    {
      from: asleep,
      subject: 'Not this year',
      at: ago(9, 9),
      body: ['I have to disappoint you: the budget is frozen. Write to me again after the new year, I mean it.', first(asleep)],
    },
    {
      from: reader,
      subject: 'Re: The handbook nobody reads',
      at: ago(12, 10),
      body: ['This one made me laugh. We have exactly that handbook.', first(reader)],
    },
    {
      from: customer,
      subject: 'Invoice address',
      at: ago(15, 8),
      body: ['We moved. From next month please send invoices to the new address below.', first(customer)],
    },
    {
      from: closed,
      subject: 'Interview for my thesis',
      at: ago(20, 10),
      body: ['I write my thesis about support teams. Would you have half an hour for an interview?', first(closed)],
    },
  ];

  const mails = drafts.map((draft, i): Mail => {
    const { from, cc = [], rtl, lang = 'en', ...rest } = draft;
    return {
      ...rest,
      id: `${i + 1}`,
      from: contact(from),
      to: [owner],
      cc: cc.map(contact),
      lang,
      dir: rtl ? 'rtl' : 'ltr',
      unread: i < 3,
    };
  });
  const profiles = [
    profile(whitfield, 'Operations at a company that makes laboratory software. Likes short meetings and long walks.'),
    profile(waiting, 'Looks after customers, and after the people who look after customers.'),
    profile(named('Hohenstein'), 'Zuständig dafür, dass Verträge verlängert werden, weil Kunden es wollen.', 'de'),
    profile(named('محمد'), 'إدارة العمليات وخدمة العملاء منذ خمسة عشر عامًا.', 'ar'),
    profile(deal, 'Has bought software for twenty years and kept about half of it.'),
    profile(henrik, 'Conducts a chamber choir. Nobody here has anything to sell to him.'),
  ];
  return { owner, mails, profiles };
}

const contact = ({ name, email }: { name: string; email: string }): Contact => ({ name, email });
const profile = (person: SamplePerson, about: string, lang = 'en'): Profile => ({
  ...person,
  slug: person.linkedin ?? person.email.replace(/@.*/, ''),
  about,
  lang,
  dir: lang === 'ar' ? 'rtl' : 'ltr',
});

function situations(madeAt: number, seed: number): Situation[] {
  const sample = generate(seed, madeAt);
  const actors = new Map<string, Actor>(sample.users.map(({ key, role, name }) => [key, { id: key, kind: 'user', role, name }]));
  const touches = touchesByPerson(sample);
  return sample.people.map((person, i) => {
    const lead = replay(`${i}`, person, touches.get(i) ?? [], sample, actors, madeAt, () => 'handoff').at(-1)!.applied.lead;
    return { person, lead, clock: clockOf(lead, sample.agreement, iso(madeAt)).state };
  });
}
