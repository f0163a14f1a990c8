import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { WorldProvider } from '../../components/world.tsx';
import { browserWorld } from './world.ts';
import '../../components/style/tokens.css';
import '../../components/style/parts.css';

/** Puts a screen into its page. */
export function start(screen: ReactNode): void {
  createRoot(document.querySelector('#root')!).render(
    <StrictMode>
      <WorldProvider value={browserWorld()}>{screen}</WorldProvider>
    </StrictMode>,
  );
}
