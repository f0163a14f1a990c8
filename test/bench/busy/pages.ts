import type { SiteId } from '../../../lib/sites/site.ts';

/** One site's pages, and where in them life is: whatever the page's own program changes all the time. */
export interface BusyPages {
  site: SiteId;
  /** A list that is stirred, from `test/pages`, and one row of it. */
  list: { page: string; at: string; row: string };
  /** A person's page or mail that is opened again and again, `{n}` in its address, and the part that names the person. */
  opened: { page: string; at: string; part: string; key: string };
  /** What stands beside it: thousands of labels go in here. Inside what is watched, where the site's own do. */
  side: string;
}

export const busyPages: readonly BusyPages[] = [
  {
    site: 'gmail',
    list: { page: 'list-german', at: 'https://mail.google.com/mail/u/0/#inbox', row: 'tr.zA' },
    opened: {
      page: 'thread-several-messages',
      at: 'https://mail.google.com/mail/u/0/#inbox/thread-f:{n}',
      part: '.nH[style=""] [role="list"]',
      key: 'dana.whitfield@northwind.example',
    },
    side: '[role="navigation"]',
  },
  {
    site: 'outlook',
    list: { page: 'list-only', at: 'https://outlook.office.com/mail/inbox', row: '#MailList [role="option"]' },
    opened: {
      page: 'conversation',
      at: 'https://outlook.office.com/mail/inbox/id/AAkALg{n}',
      part: '#ConversationReadingPaneContainer',
      key: 'dana.whitfield@northwind.example',
    },
    side: '[role="navigation"]',
  },
  {
    site: 'linkedin',
    list: { page: 'search', at: 'https://www.linkedin.com/search/results/people/?keywords=operations', row: 'main [role="listitem"]' },
    opened: {
      page: 'profile',
      at: 'https://www.linkedin.com/in/dana-whitfield-ops{n}/',
      part: 'main [componentkey$="Topcard"]',
      key: 'dana-whitfield-ops',
    },
    side: 'main',
  },
  {
    site: 'roundcube',
    list: { page: 'list-one-selected', at: 'https://mail.ridgeway.example/?_task=mail&_mbox=INBOX', row: '#messagelist tr.message' },
    opened: {
      page: 'show-body-imitates-header',
      at: 'https://mail.ridgeway.example/?_task=mail&_mbox=INBOX&_action=show&_uid={n}',
      part: '#message-header',
      key: 'dana.whitfield@northwind.example',
    },
    side: 'body',
  },
  {
    site: 'page',
    list: { page: 'team-several-cards', at: 'https://www.northwind.example/team', row: '.team > li' },
    opened: {
      page: 'contact-one-mailto',
      at: 'https://www.northwind.example/contact?who={n}',
      part: 'main',
      key: 'leo.ferreira@northwind.example',
    },
    side: 'body',
  },
];
