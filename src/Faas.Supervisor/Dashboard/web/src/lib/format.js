const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** Calls per second. */
export const rate = (value) => (value >= 10_000 ? compact.format(value) : number.format(value >= 100 ? Math.round(value) : value));

/** A whole number. */
export const whole = (value) => (value >= 100_000 ? compact.format(value) : number.format(value));

const threeDigits = (value) => String(Number(value.toPrecision(3)));

/** Microseconds, as [number, unit]. */
export function duration(us) {
  if (us === null || us === undefined) return ['–', ''];
  if (us < 1000) return [String(Math.round(us)), 'µs'];
  return us < 1e6 ? [threeDigits(us / 1e3), 'ms'] : [threeDigits(us / 1e6), 's'];
}

export const durationText = (us) => duration(us).join(' ').trim();

/** 0 to 1 as a percentage. */
export function percent(share) {
  if (!Number.isFinite(share)) return '–';
  const value = share * 100;
  return value === 0 ? '0' : value < 0.1 ? '<0.1' : value < 10 ? value.toFixed(1) : String(Math.round(value));
}

/** Bytes. */
export function bytes(value) {
  if (value < 1024) return `${value} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let unit = -1;
  do {
    value /= 1024;
    unit++;
  } while (value >= 1024 && unit < units.length - 1);
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
/** Unix seconds. */
export const date = (seconds) => day.format(new Date(seconds * 1000));

/** Seconds since something, in its largest unit. */
export function age(seconds) {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
