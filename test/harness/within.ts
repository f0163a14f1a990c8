/**
 * Waits for something that ends soon or not at all; `what` is said when it does not end. A test that hangs is told by its
 * runner to hang, but not in what. Far beyond what a busy machine takes, so that it never decides between slow and fast.
 */
export async function within<T>(what: string, work: Promise<T>, seconds = 60): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not after ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
