// The server's quota lines as words. Pure.

import type { QuotaAnswer, QuotaItem } from '../api/service';
import { bytes, seconds } from '../lib/format';

/** `share`: how much of the limit is used; null where nothing is counted. */
export interface QuotaLine { label: string; text: string; renews: string; share: number | null }

export interface Quota { plan: string; used: QuotaLine[]; caps: QuotaLine[] }

function amount(value: number, unit: QuotaItem['unit']): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'seconds') return seconds(value);
  if (unit === 'flag') return value ? 'yes' : 'no';
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1);
}

function renewal(moment: string | null, now: Date): string {
  if (moment === null) return '';
  const left = (new Date(moment).getTime() - now.getTime()) / 1000;
  return left > 0 ? `renews in ${seconds(Math.ceil(left))}` : '';
}

function line(item: QuotaItem, now: Date): QuotaLine {
  const limit = amount(item.limit, item.unit);
  const said = item.label.replace(/ \(s\)$/, '').replace('CPU seconds', 'CPU time'); // the amount says its unit
  const label = said[0]!.toUpperCase() + said.slice(1);
  if (item.used === null || item.unit === 'flag') return { label, text: limit, renews: '', share: null };
  return {
    label,
    text: `${amount(item.used, item.unit)} of ${limit}, ${amount(item.left ?? 0, item.unit)} left`,
    renews: renewal(item.renewsAt, now),
    share: item.limit > 0 ? Math.min(1, item.used / item.limit) : 1,
  };
}

/** What is used up, apart from what only caps each session and run. */
export function readQuota(answer: QuotaAnswer, now = new Date()): Quota {
  const lines = answer.items.map((item) => line(item, now));
  return {
    plan: answer.plan.name,
    used: lines.filter((each) => each.share !== null),
    caps: lines.filter((each) => each.share === null),
  };
}
