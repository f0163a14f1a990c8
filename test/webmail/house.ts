import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { changed } from '../harness/changed.ts';
import { type Child, startChild } from '../harness/child.ts';
import { freePort } from '../harness/ports.ts';

/** What Debian and Ubuntu call it. */
export const packages = ['roundcube-core', 'roundcube-sqlite3', 'dovecot-imapd', 'php-cli'] as const;
const dovecot = '/usr/sbin/dovecot';
const roundcube = '/var/lib/roundcube';
const defaults = '/etc/roundcube';
const schema = '/usr/share/roundcube/SQL/sqlite.initial.sql';
const php = '/usr/bin/php';

/** What is missing before the house can be built: files, and what PHP reads Roundcube's database with. */
export const missing = (): string[] => {
  const files = [dovecot, roundcube, `${defaults}/defaults.inc.php`, schema, php].filter((path) => !existsSync(path));
  if (files.length > 0) return files;
  const reads = spawnSync(php, ['-r', 'exit(extension_loaded("pdo_sqlite") ? 0 : 1);']).status === 0;
  return reads ? [] : ['PHP’s pdo_sqlite'];
};

/** A webmail of our own on loopback: Roundcube on PHP's server, in front of Dovecot, in front of a Maildir. */
export interface House {
  /** Where Roundcube answers, without a slash at the end. */
  origin: string;
  user: string;
  password: string;
  /** Puts a message into a folder as a mail server would. `folder` is `INBOX` or a name such as `Sent`. */
  deliver(message: string | Buffer, folder?: string): void;
  stop(): Promise<void>;
}

/** Dovecot refuses to serve mail as root, so root lends both servers the system's `mail` user. */
function owner(): { name: string; group: string; uid: number; gid: number } {
  const read = (...args: string[]) => execFileSync('id', args, { encoding: 'utf8' }).trim();
  const name = userInfo().uid === 0 ? 'mail' : userInfo().username;
  return { name, group: read('-gn', name), uid: Number(read('-u', name)), gid: Number(read('-g', name)) };
}

/** `folder` must be new or empty, and reachable by other users of the machine when this one is root. */
export async function buildHouse(folder: string, user: string): Promise<House> {
  const who = owner();
  const as = userInfo().uid === 0 ? { uid: who.uid, gid: who.gid } : {};
  const own = (path: string) => userInfo().uid === 0 && chownSync(path, who.uid, who.gid);
  const make = (...parts: string[]): string => {
    const path = join(folder, ...parts);
    mkdirSync(path, { recursive: true, mode: 0o755 });
    own(path);
    return path;
  };
  const write = (path: string, text: string | Buffer): string => {
    writeFileSync(path, text);
    own(path);
    return path;
  };
  make();
  const password = randomUUID();
  const imap = await freePort();
  const web = await freePort();

  const maildir = (name: string): string => {
    make('mail');
    make('mail', user);
    make('mail', user, 'Maildir');
    const parts = ['mail', user, 'Maildir', ...(name === 'INBOX' ? [] : [`.${name}`])];
    make(...parts);
    for (const part of ['cur', 'new', 'tmp']) make(...parts, part);
    return join(folder, ...parts);
  };
  for (const name of ['INBOX', 'Sent', 'Drafts', 'Trash']) maildir(name);

  const run = make('dovecot');
  const log = join(run, 'log');
  const said = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  write(
    join(run, 'dovecot.conf'),
    `base_dir = ${make('dovecot', 'run')}
state_dir = ${make('dovecot', 'state')}
log_path = ${log}
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = ${who.name}
default_internal_group = ${who.group}
default_login_user = ${who.name}
first_valid_uid = ${who.uid}
first_valid_gid = ${who.gid}
mail_location = maildir:~/Maildir
namespace inbox {
  inbox = yes
  separator = .
}
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${who.uid} gid=${who.gid} home=${join(folder, 'mail')}/%u
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = 0
  }
}
`,
  );
  const mailServer = startChild(dovecot, ['-F', '-c', join(run, 'dovecot.conf')], as);

  const config = make('roundcube');
  for (const name of ['defaults.inc.php', 'mimetypes.php']) {
    copyFileSync(join(defaults, name), join(config, name));
    own(join(config, name));
  }
  const database = join(config, 'roundcube.db');
  execFileSync(php, ['-r', '$db = new PDO("sqlite:" . $argv[1]); $db->exec(file_get_contents($argv[2]));', database, schema], {
    ...as,
    stdio: 'inherit',
  });
  write(
    join(config, 'config.inc.php'),
    `<?php
$config['db_dsnw'] = 'sqlite:///${database}?mode=0640';
$config['imap_host'] = '127.0.0.1:${imap}';
$config['smtp_host'] = '127.0.0.1:1';
$config['des_key'] = 'a-key-of-24-characters!!';
$config['product_name'] = 'Webmail';
$config['skin'] = 'elastic';
$config['plugins'] = [];
$config['enable_spellcheck'] = false;
$config['temp_dir'] = '${make('roundcube', 'temp')}';
$config['log_dir'] = '${make('roundcube', 'logs')}';
$config['session_lifetime'] = 60;
$config['prefer_html'] = true;
$config['sent_mbox'] = 'Sent';
$config['drafts_mbox'] = 'Drafts';
$config['trash_mbox'] = 'Trash';
$config['junk_mbox'] = '';
`,
  );
  const webServer = startChild(php, ['-d', 'display_errors=stderr', '-S', `127.0.0.1:${web}`, '-t', roundcube], {
    ...as,
    env: { ...process.env, ROUNDCUBE_CONFIG_DIR: config, PHP_CLI_SERVER_WORKERS: '4' },
  });

  const children: Child[] = [webServer, mailServer];
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const mail = Promise.race([changed(run, () => said().includes('starting up')), mailServer.ended]);
    await Promise.all([mail, webServer.says('Development Server')]);
  } catch (error) {
    const words = said();
    await stop();
    throw new Error(`The webmail could not be started.\n${words}`, { cause: error });
  }

  let delivered = 0;
  return {
    origin: `http://127.0.0.1:${web}`,
    user,
    password,
    deliver(message, name = 'INBOX') {
      const box = maildir(name);
      delivered += 1;
      const file = `${Date.now()}.${process.pid}_${delivered}.baton`;
      // Into `tmp` first and moved from there: a reader never sees half a message.
      const waiting = write(join(box, 'tmp', file), message);
      const target = name === 'INBOX' ? join(box, 'new', file) : join(box, 'cur', `${file}:2,S`);
      renameSync(waiting, target);
    },
    stop,
  };
}
