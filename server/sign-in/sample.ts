/** What every sample account signs in with. Worth nothing elsewhere: sample workspaces take sign-ins from the same computer only. */
export const samplePassword = 'baton on loopback';
