/** Hosts (`name` or `name:port`, by commas) that an admin lets calls through to although they are inside the network. */
export const allowedHosts = (env: Readonly<Record<string, string | undefined>> = process.env): string[] =>
  (env.BATON_ALLOWED_HOSTS ?? '')
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean);
