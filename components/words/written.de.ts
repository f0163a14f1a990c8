/** What was written, where it is no field of the CRM's. */
const names: Readonly<Record<string, string | undefined>> = {
  note: 'Notiz',
  task: 'Aufgabe',
  stage: 'Stufe',
  'campaign member': 'Zustand in der Kampagne',
};
export function written(name: string): string {
  const [, one = name, more = ''] = /^(campaign member)( \(.*\))$/.exec(name) ?? [];
  return (names[one] ?? one) + more;
}
