import type { ReactNode } from 'react';

/** What went wrong, told at once to those who do not see it, too; nothing while nothing did. */
export const Wrong = ({ children }: { children: ReactNode }) =>
  children ? (
    <p className="help wrong" role="alert">
      {children}
    </p>
  ) : null;
