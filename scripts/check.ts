import { quick } from './parts/quick.ts';
import { runSteps } from './parts/step.ts';

await runSteps(quick());
