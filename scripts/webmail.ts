import { missing, packages } from '../test/webmail/house.ts';
import { aptInstall, canApt } from './parts/browser.ts';
import { build } from './parts/build.ts';
import { one, runSteps, type Step } from './parts/step.ts';
import { playwright } from './parts/suites.ts';

/**
 * `npm run test:webmail`: the extension beside a real Roundcube and Dovecot from Debian's packages. They are installed
 * where the machine is a throwaway one (`CI` is set, this is root) or where `-- --install` asks for it.
 */
if (missing().length > 0 && canApt() && (process.env.CI || process.argv.includes('--install'))) {
  process.stdout.write(`Installing ${packages.join(', ')}.\n`);
  const { code, output } = await aptInstall(packages);
  if (code !== 0) process.stdout.write(`${output.slice(-1500)}\n`);
}
const absent = missing();
if (absent.length > 0) {
  process.stdout.write(
    `Skipped: a real webmail needs the packages ${packages.join(' ')}, and ${absent[0]} is not there.\n` +
      `On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}\n\n0 passed, 0 failed\n`,
  );
} else {
  const steps: Step[] = [
    one('build for chrome, release', () => build('chrome', 'release')),
    playwright('the extension beside a real webmail', ['--config', 'test/webmail/playwright.config.ts']),
  ];
  await runSteps(steps);
}
