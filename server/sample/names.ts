/** Invented people and companies: no name here is taken from anybody, and every address ends in `.example`. */

/** Given and family names that go together. */
export const peoples: readonly { given: readonly string[]; family: readonly string[]; weight: number; titles?: readonly string[] }[] = [
  {
    weight: 22,
    given: 'Amelia Harriet Owen Callum Naomi Rufus Imogen Declan Tessa Gareth Maeve Leon Audrey Miles'.split(' '),
    family: 'Ashdown Pembury Larkfield Thornley Maddock Winslow Harrowgate Quill Brackley Stannard Ellery Fenwick'.split(' '),
  },
  {
    weight: 18,
    titles: ['Leitung Kundenservice', 'Bereichsleitung Vertrieb'],
    given: 'Annika Jürgen Lukas Katharina Sören Ulrike Moritz Heike Florian Gisela Björn Renate Tobias Käthe'.split(' '),
    family: 'Grünwald Steinhöfer Bäumler Krautheim Lindenroth Voßkamp Brückner-Hahn Riedmatter Osterloh Weißenfels Kühnast Demmler'.split(
      ' ',
    ),
  },
  {
    weight: 10,
    titles: ['Responsable expérience client'],
    given: 'Élodie Bastien Noémie Gaëlle Thibault Margaux Loïc Solène Rémi Aurélie'.split(' '),
    family: 'Vauquelin Marchebeau Delacourt Roussilhe Bonnefoy-Lacaze Tréguier Chastenay Perrichon'.split(' '),
  },
  {
    weight: 9,
    given: 'Inés Joaquín Marisol Álvaro Beatriz Nuno Leonor Tomás Rocío Gonçalo'.split(' '),
    family: 'Villacampo Ortúzar Peñalba Carvalhais Monteverde Sequeirós Ibarrondo Quintanal'.split(' '),
  },
  {
    weight: 7,
    given: 'Giulia Matteo Ornella Fabrizio Chiara Davide Serena Ruggero'.split(' '),
    family: 'Bellacorte Tramontini Scalabrese Montefusco Rivalta Pescarolo Zanardelli-Prato'.split(' '),
  },
  {
    weight: 8,
    given: 'Agnieszka Łukasz Zdeňka Jiří Małgorzata Ondřej Wojciech Kateřina Šárka'.split(' '),
    family: 'Brzozowiec Wąsikowska Dvořáček Kwiatuszewski Hruškovec Zielonka Pěknický'.split(' '),
  },
  {
    weight: 8,
    given: 'Astrid Mikkel Søren Ingrid Håkon Linnea Eero Åsa Sanna'.split(' '),
    family: 'Fjellgård Brønlund Strandvik Lövenskog Ahlgrensson Mäkivaara Østerhus'.split(' '),
  },
  {
    weight: 8,
    given: 'Ananya Rohan Meera Vikram Kavya Arjun Lakshmi Nikhil Divya'.split(' '),
    family: 'Chandrasekhar Deshwal Venkatraman Iyengarati Bhattarai Kulkarnath Mehrotani'.split(' '),
  },
  {
    weight: 5,
    given: 'Elif Cem Zeynep Barış Gülşen Emre Işıl'.split(' '),
    family: 'Karadere Yıldızhan Öztemel Çamlıca Akınsoy Şahinoğlu'.split(' '),
  },
  {
    weight: 3,
    given: 'Haruka Kenji Yuki Satoshi Aiko'.split(' '),
    family: 'Amanoda Kurosakai Minaguchi Ohnami'.split(' '),
  },
  {
    weight: 2,
    given: 'Min-seo Ji-ho Seo-yeon'.split(' '),
    family: 'Hanwoo Baekje Namgoong'.split(' '),
  },
];

/** Where the sample workspace sells: name of the company, and the word its domain is made of. */
export const companyFirst =
  'Alder Brightwater Corvane Dunmore Eastgrove Fallow Granby Hollin Ironbridge Juniper Kestrel Lowland Merrin Nettlebed Oakhurst Pinnock Quarrel Rookwood Saltmarsh Tarnhill Umberfield Vantry Westerly Yarrow Zephyrine Birkental Eichfeld Lindau Steinbach Valmont Rivière Monteluz Solaria Nordkyst Fjordline Bergamotte Castellano Vistula Moravia Aurelia'.split(
    ' ',
  );
export const companyLast = 'Freight Foods Systems Clinics Energy Textiles Insurance Robotics Learning Media Logistics Optics'.split(' ');
export const companyForm = ['', '', '', '', ' GmbH', ' Group', ' AG', ' Ltd', ' SA', ' AB'] as const;

export const titles: readonly (readonly [string, number])[] = [
  ['VP Operations', 7],
  ['Head of Customer Success', 9],
  ['Customer Success Manager', 12],
  ['Director of Support', 7],
  ['Support Team Lead', 9],
  ['COO', 4],
  ['Operations Manager', 10],
  ['Chief Customer Officer', 3],
  ['Head of Revenue Operations', 6],
  ['Renewals Manager', 7],
  ['Product Manager', 5],
  ['CRM Administrator', 4],
  ['Managing Director', 4],
  ['Business Analyst', 4],
  ['Working student, Operations', 2],
];

/** Letters that do not come apart by normalisation. */
const plain: Record<string, string> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe', ı: 'i', þ: 'th', ð: 'd' };
/** Lower-case ASCII for addresses: `Jürgen Weißenfels` is `jurgen`, `weissenfels`. */
export const ascii = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\P{ASCII}/gu, (letter) => plain[letter] ?? '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
