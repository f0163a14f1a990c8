import type { Role, Team } from '../../lib/funnel/words.ts';
import { ascii, companyFirst, companyForm, companyLast, peoples, titles } from './names.ts';
import { random } from './random.ts';

/** Who is in the sample workspace. Depends on the seed alone, not on the day: the same people stand in the practice mailbox. */

export const sampleSeed = 20_261;
export const sampleCompany = 'Ridgeway';
export const sampleDomain = 'ridgeway.example';
/** Business hours and dates of the sample are those of this zone. */
export const sampleZone = 'Europe/Vienna';
export const peopleCount = 400;

export interface SampleUser {
  /** Short name inside the sample. */
  key: string;
  email: string;
  name: string;
  role: Role;
  team: Team;
}
const user = (key: string, name: string, role: Role, team: Team): SampleUser => ({
  key,
  email: `${key}@${sampleDomain}`,
  name,
  role,
  team,
});
/** The first four are the accounts that the sample names to people who try it. */
export const users: readonly SampleUser[] = [
  user('rep', 'Robin Castellan', 'rep', 'sales'),
  user('marketer', 'Ines Okafor', 'marketer', 'marketing'),
  user('manager', 'Marta Kellerby', 'manager', 'sales'),
  user('admin', 'Adam Brandtner', 'admin', 'marketing'),
  user('ana', 'Ana Duartes', 'rep', 'sales'),
  user('jonas', 'Jonas Weidinger', 'rep', 'sales'),
  user('priya', 'Priya Ramanathan', 'rep', 'sales'),
  user('tomasz', 'Tomasz Zieliński', 'rep', 'sales'),
  user('leonie', 'Leonie Fuchsberg', 'marketer', 'marketing'),
];
export const reps = users.filter(({ role }) => role === 'rep').map(({ key }) => key);
export const marketers = users.filter(({ role }) => role === 'marketer').map(({ key }) => key);

export interface SamplePerson {
  name: string;
  title: string;
  company: string;
  email: string;
  linkedin?: string;
}

/** People who must be there by name: the one the tour is about, and names that break careless layouts. */
export const known: readonly SamplePerson[] = [
  {
    name: 'Dana Whitfield',
    title: 'VP Operations',
    company: 'Northwind Labs',
    email: 'dana@northwind.example',
    linkedin: 'dana-whitfield-ops',
  },
  {
    name: 'Marek Svobodný',
    title: 'Head of Support',
    company: 'Northwind Labs',
    email: 'marek.svobodny@northwind.example',
    linkedin: 'marek-svobodny',
  },
  { name: 'Ottilie Brandvold', title: 'COO', company: 'Northwind Labs', email: 'ottilie@northwind.example' },
  {
    name: 'محمد عبد الرحمن الخطّاب',
    title: 'مدير العمليات',
    company: 'شركة النخيل للخدمات',
    email: 'm.alkhattab@nakheel.example',
    linkedin: 'mohammed-alkhattab-ops',
  },
  { name: 'נועה בן־ארצי', title: 'סמנכ״לית תפעול', company: 'Galim Systems', email: 'noa@galim.example' },
  { name: '王芳华', title: '客户成功总监', company: '晨光科技', email: 'fanghua.wang@chenguang.example' },
  { name: '田中 美咲希', title: 'カスタマーサクセス部長', company: '株式会社あおぞら物流', email: 'm.tanaka@aozora-buturyu.example' },
  { name: '김서윤아', title: '운영 이사', company: '한빛시스템', email: 'seoyuna.kim@hanbit.example' },
  {
    name: 'Αλεξάνδρα Παπαλεωνίδου',
    title: 'Διευθύντρια Εξυπηρέτησης',
    company: 'Thalassa Logistics',
    email: 'a.papaleonidou@thalassa.example',
  },
  { name: 'Оленка Шевчукевич', title: 'Керівниця підтримки', company: 'Dnipro Textiles', email: 'o.shevchukevych@dnipro-textiles.example' },
  {
    name: 'Dr. Maximiliane Freifrau von und zu Hohenstein-Waldburgshausen',
    title: 'Abteilungsleiterin Kundenzufriedenheit und Vertragsverlängerung (Mittelstand und öffentliche Auftraggeber)',
    company: 'Donaudampfschifffahrtsgesellschaft Nachfolger GmbH & Co. KG',
    email: 'maximiliane.hohenstein-waldburgshausen@donaudampf.example',
    linkedin: 'maximiliane-hohenstein-waldburgshausen',
  },
  {
    name: 'Jean-Baptiste de Montclairvaux-Saint-Aubin',
    title: 'Directeur de la relation client et de la fidélisation, Europe du Sud',
    company: 'Compagnie générale des eaux minérales de Valmont',
    email: 'jb.montclairvaux@eaux-valmont.example',
  },
  { name: 'Þórunn Sigríður Guðmundsdóttir', title: 'Head of Renewals', company: 'Hekla Energy', email: 'thorunn@hekla.example' },
  { name: 'Nguyễn Thị Thanh Hương', title: 'Operations Manager', company: 'Lotus Clinics', email: 'huong.nguyen@lotus-clinics.example' },
  { name: 'Bo Ek', title: 'COO', company: 'Ö', email: 'bo@o.example' },
  { name: 'Åsa-Märta Öhrnsköld', title: 'Supportchef', company: 'Nordkyst Foods AB', email: 'asa-marta.ohrnskold@nordkyst.example' },
];
export const dana = 0;

/** They write to the sample rep and are nobody's lead: opening their mail sends nothing. */
export const strangers: readonly SamplePerson[] = [
  { name: 'Carla Mendesinha', title: 'Office Manager', company: 'Baywater Property', email: 'carla@baywater.example' },
  {
    name: 'Henrik Solgaard',
    title: 'Choir director',
    company: 'Kammerkoret',
    email: 'henrik@kammerkoret.example',
    linkedin: 'henrik-solgaard-choir',
  },
];

/** All four hundred, the known ones first. */
export function people(seed = sampleSeed): SamplePerson[] {
  const chance = random(seed, 'people');
  const companies = makeCompanies(chance);
  const names = new Set(known.map(({ name }) => name));
  const emails = new Set([...known, ...strangers].map(({ email }) => email));
  const vanities = new Set([...known, ...strangers].flatMap(({ linkedin }) => linkedin ?? []));
  const all = [...known];
  while (all.length < peopleCount) {
    const { given, family, titles: own } = chance.weighted(peoples.map((group) => [group, group.weight] as const));
    const [one, two] = [chance.pick(given), chance.pick(family)];
    const name = `${one} ${two}`;
    if (names.has(name)) continue;
    const company = chance.weighted(companies.map((c) => [c, c.size] as const));
    const local = chance.weighted([
      [`${ascii(one)}.${ascii(two)}`, 7],
      [`${ascii(one)[0]}.${ascii(two)}`, 2],
      [`${ascii(one)}`, 1],
    ] as const);
    const email = `${local}@${company.domain}`;
    if (emails.has(email)) continue;
    const vanity = `${ascii(one)}-${ascii(two)}${chance.chance(0.4) ? `-${chance.int(1000, 9999)}` : ''}`;
    const hasVanity = chance.chance(0.35) && !vanities.has(vanity);
    if (hasVanity) vanities.add(vanity);
    names.add(name);
    emails.add(email);
    all.push({
      name,
      title: own && chance.chance(0.3) ? chance.pick(own) : chance.weighted(titles),
      company: company.name,
      email,
      ...(hasVanity && { linkedin: vanity }),
    });
  }
  return all;
}

function makeCompanies(chance: ReturnType<typeof random>): { name: string; domain: string; size: number }[] {
  const names = companyFirst.flatMap((one) => companyLast.map((two) => [one, two] as const));
  return chance
    .shuffle(names)
    .slice(0, 170)
    .map(([one, two]) => ({
      name: `${one} ${two}${chance.pick(companyForm)}`,
      domain: `${ascii(one)}-${ascii(two)}.example`,
      size: chance.weighted([
        [1, 5],
        [2, 3],
        [4, 2],
        [8, 1],
      ] as const),
    }));
}
