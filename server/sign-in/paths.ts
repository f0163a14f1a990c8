/** All of sign-in lies under one path, so that a proxy or a limit can name it. */
export const paths = {
  begin: '/sign-in/auth',
  page: (uid: string) => `/sign-in/as/${uid}`,
  company: '/sign-in/company',
  link: (token: string) => `/sign-in/link/${token}`,
  /** The token of a link's path; nothing where it cannot be one. */
  tokenOf: (path: string): string | undefined => /^\/sign-in\/link\/([\w-]{43})(?:$|\?)/.exec(path)?.[1],
};

/** What access tokens are for. */
export const audienceOf = (url: URL): string => `${url.origin}/v1`;
