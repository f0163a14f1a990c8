import { describe, expect, it } from 'vitest';
import { compareManifest, practiceHost } from '../../scripts/checks/manifest.ts';

const approved = {
  name: '__MSG_name__',
  permissions: ['storage', 'alarms'],
  host_permissions: ['https://mail.google.com/*'],
  web_accessible_resources: [{ resources: ['card.html'], use_dynamic_url: true }],
  externally_connectable: { ids: [] },
};

describe('comparison of a built manifest with the approved one', () => {
  it('is content with the same, whatever the version', () => {
    expect(compareManifest({ ...approved, version: '9.9.9' }, { ...approved, version: '0.1.0' })).toEqual([]);
  });
  it.each<[string, Record<string, unknown>]>([
    ['another permission', { permissions: ['storage', 'alarms', 'tabs'] }],
    ['one permission less', { permissions: ['storage'] }],
    ['another host', { host_permissions: ['https://mail.google.com/*', 'https://*/*'] }],
    ['a wider host', { host_permissions: ['https://*.google.com/*'] }],
    ['another accessible resource', { web_accessible_resources: [{ resources: ['card.html', 'popup.html'], use_dynamic_url: true }] }],
    ['a fixed address', { web_accessible_resources: [{ resources: ['card.html'], use_dynamic_url: false }] }],
    ['the key that lets others connect', { externally_connectable: { ids: ['*'] } }],
    ['a key nobody has seen', { oauth2: {} }],
  ])('objects to %s', (_, change) => {
    expect(compareManifest({ ...approved, ...change }, approved)).not.toEqual([]);
  });
  it('objects when a key is gone', () => {
    const { externally_connectable: _, ...rest } = approved;
    expect(compareManifest(rest, approved)).toEqual(['externally_connectable.ids: the approved [] is missing']);
  });
  it('lets practice have its one host and nothing else', () => {
    const hosts = [...approved.host_permissions, practiceHost];
    expect(compareManifest({ ...approved, host_permissions: hosts }, approved, 'practice')).toEqual([]);
    expect(compareManifest({ ...approved, host_permissions: hosts }, approved, 'release')).not.toEqual([]);
    expect(compareManifest({ ...approved, host_permissions: [...hosts, 'http://*/*'] }, approved, 'practice')).not.toEqual([]);
    expect(() => compareManifest(approved, approved, 'practice')).toThrow(practiceHost);
  });
});
