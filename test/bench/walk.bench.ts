import { build } from '../../scripts/parts/build.ts';
import { startBackend } from '../harness/backend.ts';
import { marketing } from '../harness/marketing.ts';
import { walk } from '../walk/walk.ts';
import type { Figure } from './index.ts';

/** What leaves the browser while mails of people who are not leads are opened, against an idle control run. */
export async function figures(): Promise<Figure[]> {
  const { code, output } = await build('chrome', 'release');
  if (code !== 0) throw new Error(output);
  const strangers = Number(process.env.WALK ?? 5_000);
  const backend = await startBackend();
  try {
    const walked = await walk(backend, await marketing(backend), { strangers, leads: Math.ceil(strangers / 100), secondsARound: 27 });
    const more = (name: string, value: number, unit: string): Figure => ({ name, value, unit, goal: '= 0', holds: value === 0 });
    const name = (what: string) => `${strangers.toLocaleString('en')} non-leads opened: ${what}`;
    return [
      more(name('requests more than idle'), walked.walk.requests - walked.idle.requests, ''),
      more(name('bytes more than idle'), walked.walk.bytes - walked.idle.bytes, 'bytes'),
      more(name('addresses found anywhere'), walked.found.length, ''),
      more(name('people taken for something else'), walked.mistaken.length, ''),
      { name: name('requests in either run'), value: walked.idle.requests, unit: '', goal: '', holds: true },
      { name: name('a mail'), value: Number(((walked.seconds * 1000) / (strangers * 1.01)).toFixed(1)), unit: 'ms', goal: '', holds: true },
    ];
  } finally {
    await backend.remove();
  }
}
