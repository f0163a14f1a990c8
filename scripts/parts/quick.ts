import { dependencies } from '../checks/dependencies.ts';
import { layering } from '../checks/layering.ts';
import { print, readTree } from '../checks/source.ts';
import { foreignPlaces, htmlSinks, openEnds } from '../checks/text.ts';
import { node, one, root, type Step, tool } from './step.ts';

/** What needs neither a build nor a browser nor a database. */
export function quick(): Step[] {
  const tree = () => readTree(root);
  return [
    one('types', () => node(tool('typescript', 'tsc'), ['--noEmit', '--pretty'])),
    one('lint', () => node(tool('@biomejs/biome', 'biome'), ['check', '--error-on-warnings', '--max-diagnostics=100', '--colors=off'])),
    one('layers', async () => print(layering(tree()))),
    one('no way for text to become markup or code', async () => print(htmlSinks(tree()))),
    one('every dependency works', async () => print(dependencies(tree()))),
    one('no registry, no folder of one machine', async () => print(foreignPlaces(tree(), root))),
    one('no open ends', async () => print(openEnds(tree()))),
  ];
}
