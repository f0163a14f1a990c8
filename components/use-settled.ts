import { useEffect, useState } from 'react';

/** What a value has come to rest at: of something that is being typed, what stands there half a second later. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 500);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
