const MIB = 1024 * 1024;

/** Measures this process from now on. Returns a function that stops, and says the seconds, the processor time and the most memory. */
export function figuresOfProcess() {
  let peak = 0;
  const memory = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 250);
  const began = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(memory);
    return { seconds, 'CPU %': (user + system) / 1e4 / seconds, 'RSS MiB': Math.max(peak, process.memoryUsage.rss()) / MIB };
  };
}

/** The value below which a part of some numbers is, from 0 to 1. It is 1 at least, so that ratios can be taken. */
export function sorted(numbers) {
  const list = numbers.toSorted((a, b) => a - b);
  return (part) => Math.max(1, list[Math.min(list.length - 1, Math.floor(part * list.length))]);
}
