// Numbers as people say them.

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${UNITS[unit]!}`;
}

export function seconds(count: number): string {
  if (count < 0.9995) return `${Math.round(count * 1000)} ms`;
  if (count < 10) return `${count.toFixed(1)} s`;
  if (count < 120) return `${Math.round(count)} s`;
  const minutes = Math.floor(count / 60);
  if (minutes < 120) return `${minutes} min${count % 60 >= 1 ? ` ${Math.floor(count % 60)} s` : ''}`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** How long ago a moment was, coarsely. */
export function ago(moment: Date, now: Date = new Date()): string {
  const passed = Math.max(0, (now.getTime() - moment.getTime()) / 1000);
  if (passed < 60) return 'just now';
  if (passed < 3600) return `${plural(Math.floor(passed / 60), 'minute')} ago`;
  if (passed < 86_400) return `${plural(Math.floor(passed / 3600), 'hour')} ago`;
  if (passed < 30 * 86_400) return `${plural(Math.floor(passed / 86_400), 'day')} ago`;
  return moment.toLocaleDateString();
}
