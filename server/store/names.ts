/** Names as search and comparison see them. */

/** Lower case, without accents and width variants: `Żółć GmbH` and `zolc gmbh` are the same. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('ß', 'ss')
    .normalize('NFC');

/** The words a name is found by, without doubles. */
export const wordsOf = (...texts: (string | null | undefined)[]): string[] => [
  ...new Set(texts.flatMap((text) => (text ? (plain(text).match(/[\p{L}\p{N}]+/gu) ?? []) : [])).map((word) => word.slice(0, 40))),
];

const legalForms = new Set(
  'inc incorporated ltd limited llc llp plc corp corporation co company gmbh ag kg ug mbh se sa sas sarl srl spa bv nv oy ab as aps kft pty'.split(
    ' ',
  ),
);

/** What makes two spellings of a company the same one; `null` when nothing is left. */
export function companyKey(company: string | null | undefined): string | null {
  const words = company
    ? (plain(company)
        .replaceAll('.', '')
        .match(/[\p{L}\p{N}]+/gu) ?? [])
    : [];
  const core = words.filter((word, i) => i === 0 || !legalForms.has(word));
  return core.length > 0 ? core.join(' ').slice(0, 200) : null;
}

/** Mail providers for everybody: having the same one says nothing about where people work. */
const everybodys =
  /^(gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|icloud|me|mac|aol|gmx|web|mail|inbox|proton|protonmail|pm|fastmail|hey|zoho|tutanota|t-online|freenet|yandex|qq|163|126|sina|naver|daum|hanmail|orange|free|laposte|wanadoo|libero|virgilio|comcast|verizon|att|btinternet|sky|bigpond|rediffmail|seznam|wp|o2|onet|interia)\.[a-z.]+$/;

/** The company's mail domain in a canonical address; `null` for providers that everybody uses. */
export function companyDomain(email: string): string | null {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return domain === '' || everybodys.test(domain) ? null : domain;
}
