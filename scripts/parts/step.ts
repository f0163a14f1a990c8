import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Root of the checkout. */
export const root = dirname(dirname(import.meta.dirname));

/** What one step of a check came to. `output` is printed when something failed. */
export interface Outcome {
  passed: number;
  failed: number;
  output?: string;
}
export interface Step {
  name: string;
  run(): Promise<Outcome>;
}

/** Path of a tool's own start file, as its package names it: independent of links in `.bin`. */
export function tool(packageName: string, bin = packageName): string {
  const require = createRequire(import.meta.url);
  const manifest = join(root, 'node_modules', packageName, 'package.json');
  const { bin: bins } = require(manifest) as { bin: string | Record<string, string> };
  const file = typeof bins === 'string' ? bins : bins[bin];
  if (!file) throw new Error(`${packageName} has no program "${bin}"`);
  return join(dirname(manifest), file);
}

export interface Ended {
  code: number;
  output: string;
}
const running = new Set<ChildProcess>();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    interrupted = true;
    for (const child of running) child.kill(signal);
  });
}

/**
 * Runs a program and waits for its end. `show` lets its output through as it comes; otherwise it is collected.
 * `cwd` is the root of the checkout unless told.
 * Never rejects: a program that cannot be started ends with 127.
 */
export function run(
  command: string,
  args: readonly string[],
  options: { show?: boolean; env?: Record<string, string>; cwd?: string } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const through = options.show ? 'inherit' : 'pipe';
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', through, through],
    });
    running.add(child);
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    const end = (code: number, words = '') => {
      running.delete(child);
      resolve({ code, output: output + words });
    };
    child.on('error', (error) => end(127, `${error.message}\n`));
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Runs a JavaScript or TypeScript file under this Node. */
export const node: typeof run = (file, args, options) => run(process.execPath, [file, ...args], options);

/** A step that is one check: a program that ends with 0, or a list of objections that is empty. */
export function one(name: string, check: () => Promise<Ended | string>): Step {
  return {
    name,
    async run() {
      const result = await check();
      const objections = typeof result === 'string' ? result : result.code === 0 ? '' : result.output || `ended with ${result.code}`;
      return objections === '' ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, output: objections };
    },
  };
}

/** Runs steps one after the other, says how each went, prints the sum as the last line, and sets the exit code. */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const sum = { passed: 0, failed: 0 };
  const broken: string[] = [];
  for (const [index, step] of steps.entries()) {
    const started = performance.now();
    process.stdout.write(`\n[${index + 1}/${steps.length}] ${step.name}\n`);
    const outcome: Outcome = await step.run().catch((error: unknown) => ({
      passed: 0,
      failed: 1,
      output: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }));
    if (interrupted) {
      process.stdout.write('\nInterrupted.\n');
      process.exitCode = 130;
      return;
    }
    sum.passed += outcome.passed;
    sum.failed += outcome.failed;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (outcome.output && outcome.failed > 0) process.stdout.write(`${outcome.output.trimEnd()}\n`);
    process.stdout.write(`      ${outcome.passed} passed, ${outcome.failed} failed (${step.name}, ${seconds} s)\n`);
    if (outcome.failed > 0) broken.push(step.name);
  }
  if (broken.length > 0) process.stdout.write(`\nFailed: ${broken.join(', ')}. What each said stands above.\n`);
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed\n`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
