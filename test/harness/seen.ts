/**
 * Runs in a page: waits until an element has been visible, uncovered and unfaded for as long as a click needs to count.
 * What is painted anew in the meantime is another element.
 */
export const seen = (element: Element): Promise<'seen' | 'replaced'> =>
  new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (what: 'seen' | 'replaced') => {
      observer.disconnect();
      clearTimeout(timer);
      resolve(what);
    };
    const options: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = {
      threshold: [0.5, 1],
      trackVisibility: true,
      delay: 100,
    };
    const observer = new IntersectionObserver((entries) => {
      clearTimeout(timer);
      const last = entries.at(-1) as (IntersectionObserverEntry & { isVisible?: boolean }) | undefined;
      if (last?.isIntersecting && last.isVisible !== false) timer = setTimeout(end, 700, 'seen');
    }, options);
    observer.observe(element);
    const watch = () => (element.isConnected ? requestAnimationFrame(watch) : end('replaced'));
    watch();
  });
