// The server's quota lines as words. Pure.

import type { QuotaAnswer, QuotaItem } from '../api/service';
import { bytes, seconds } from '../lib/format';

export interface QuotaLine { label: string; text: string; share: number | null }

function amount(value: number, unit: QuotaItem['unit']): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'seconds') return seconds(value);
  if (unit === 'flag') return value ? 'yes' : 'no';
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1);
}

function renewal(moment: string | null, now: Date): string {
  if (moment === null) return '';
  const left = (new Date(moment).getTime() - now.getTime()) / 1000;
  return left > 0 ? `, renews in ${seconds(Math.ceil(left))}` : '';
}

function line(item: QuotaItem, now: Date): QuotaLine {
  const limit = amount(item.limit, item.unit);
  if (item.used === null || item.unit === 'flag') return { label: item.label, text: limit, share: null };
  return {
    label: item.label,
    text: `${amount(item.used, item.unit)} of ${limit}${renewal(item.renewsAt, now)}`,
    share: item.limit > 0 ? Math.min(1, item.used / item.limit) : null,
  };
}

/** What is used up comes first, then what only caps each run. */
export function readQuota(answer: QuotaAnswer, now = new Date()): { plan: string; lines: QuotaLine[] } {
  const lines = answer.items.map((item) => line(item, now));
  return {
    plan: answer.plan.name,
    lines: [...lines.filter((each) => each.share !== null), ...lines.filter((each) => each.share === null)],
  };
}
