/** Waits until the process is warned with a text, whatever else it is warned of meanwhile. */
export function warningWith(text: string): Promise<void> {
  return new Promise((resolve) => {
    const listen = (warning: Error): void => {
      if (!String(warning).includes(text)) return;
      process.off('warning', listen);
      resolve();
    };
    process.on('warning', listen);
  });
}
