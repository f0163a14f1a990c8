import { inflateSync } from 'node:zlib';

/** A page as Chromium prints it: its size in points, and how bright what is written and filled on it is, from 0 to 1. */
export interface Printed {
  pages: { width: number; height: number }[];
  /** Of each piece of text, the luminance of its colour. */
  ink: number[];
  /** Of each rectangle that covers a tenth of the page or more. */
  grounds: number[];
}

/** Reads what Chromium's own writer makes: one object after the other, content compressed, colours in RGB. */
export function printed(pdf: Buffer): Printed {
  const text = pdf.toString('latin1');
  const pages = [...text.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, width, height]) => ({
    width: Number(width),
    height: Number(height),
  }));
  const { width = 0, height = 0 } = pages[0] ?? {};
  const ink: number[] = [];
  const grounds: number[] = [];
  for (const match of text.matchAll(/<<(?:(?!>>\s*stream)[\s\S])*?\/Length (\d+)(?:(?!>>\s*stream)[\s\S])*?>>\s*stream\r?\n/g)) {
    if (!match[0].includes('/FlateDecode') || /\/Subtype|\/Length1/.test(match[0])) continue;
    const from = match.index + match[0].length;
    contentOf(inflateSync(pdf.subarray(from, from + Number(match[1]))).toString('latin1'));
  }
  return { pages, ink, grounds };

  function contentOf(content: string) {
    let light = 0;
    let scale = 1;
    const kept: [number, number][] = [];
    let boxes: number[] = [];
    const words: string[] = [];
    for (const word of content.split(/\s+/)) {
      if (!/^[A-Za-z*'"]+$/.test(word)) {
        words.push(word);
        continue;
      }
      const n = words.splice(0).map(Number);
      if (word === 'rg') light = 0.2126 * n.at(-3)! + 0.7152 * n.at(-2)! + 0.0722 * n.at(-1)!;
      else if (word === 'g') light = n.at(-1)!;
      else if (word === 'q') kept.push([light, scale]);
      else if (word === 'Q') [light, scale] = kept.pop() ?? [0, 1];
      else if (word === 'cm') scale *= Math.abs(n.at(-6)!) || 1;
      else if (word === 're') boxes.push(Math.abs(n.at(-2)! * n.at(-1)!) * scale * scale);
      else if (word === 'f' || word === 'f*') {
        if (boxes.some((box) => box >= (width * height) / 10)) grounds.push(light);
        boxes = [];
      } else if (word === 'n' || word === 'S') boxes = [];
      else if (word === 'Tj' || word === 'TJ') ink.push(light);
    }
  }
}
