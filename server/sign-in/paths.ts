/** All of sign-in lies under one path, so that a proxy or a limit can name it. */
export const paths = {
  begin: '/sign-in/auth',
  page: (uid: string) => `/sign-in/as/${uid}`,
  company: '/sign-in/company',
};

/** What access tokens are for. */
export const audienceOf = (url: URL): string => `${url.origin}/v1`;
