import { emailOf, follow } from '../client/workspace.ts';
import { testServer } from '../server/harness.ts';
import type { Figure } from './index.ts';

/** The admin's switch for the whole workspace on a real backend: what it asks of the wire and of the device. */
export async function figures({ leads = 20_000 }: { leads?: number } = {}): Promise<Figure[]> {
  const server = await testServer({
    checkAnswers: false,
    limits: { requests: { quota: 1e9, window: 1 }, tags: { quota: 1e9, window: 1 } },
  });
  try {
    const { device, all, idle, touched, held, pagesWithCut, left, mine } = await follow(server, leads);
    const what = `whole workspace, ${leads} leads`;
    const figure = (name: string, value: number, unit: string, goal = '', holds = true): Figure => ({
      name: `${what}: ${name}`,
      value: Number(value.toPrecision(4)),
      unit,
      goal,
      holds,
    });
    const most = Math.ceil(leads / 200) + 5;
    const tags = await device.leadSet.tagsOf([{ kind: 'email', value: emailOf(leads - 1) }]);
    const found = (await device.cards.byTag(tags)) === undefined;
    return [
      figure('cards on the device', held.count, 'cards', `= ${leads}`, held.count === leads),
      figure('requests to get there', all.requests, 'requests', `<= ${most}`, all.requests <= most),
      figure('over the wire, uncompressed', all.bytes / leads, 'B/lead'),
      figure('kept, sealed', held.bytes / leads, 'B/lead', '<= 4000', held.bytes <= 4000 * leads),
      figure('until all are there', all.ms / 1000, 's'),
      figure('pages more when the line is cut in the middle', pagesWithCut - all.feed, 'pages', '<= 2', pagesWithCut - all.feed <= 2),
      figure('requests when nothing happened', idle.requests, 'requests'),
      figure('bytes for one lead that changed', touched.bytes - idle.bytes, 'B'),
      figure('cards left after the switch', left.count, 'cards', `= ${mine}`, left.count === mine && found),
    ];
  } finally {
    await server.close();
  }
}
