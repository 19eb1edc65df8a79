// Dates as people in Beijing read them. China has no summer time, so its wall clock is UTC + 8, always.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEKDAYS = ["日", "一", "二", "三", "四", "五", "六"];

const beijing = (at) => new Date(at.getTime() + 8 * HOUR);
const dayNumber = (at) => Math.floor((at.getTime() + 8 * HOUR) / DAY);
const two = (number) => String(number).padStart(2, "0");

export const hour = (at) => `${two(beijing(at).getUTCHours())}:${two(beijing(at).getUTCMinutes())}`;

/** 「7月1日（周三）」 */
export function date(at) {
  const wall = beijing(at);
  return `${wall.getUTCMonth() + 1}月${wall.getUTCDate()}日（周${WEEKDAYS[wall.getUTCDay()]}）`;
}

/** The grey time between bubbles, the way WeChat words it. */
export function stamp(at, now) {
  const wall = beijing(at);
  const days = dayNumber(now) - dayNumber(at);
  if (days <= 0) return hour(at);
  if (days === 1) return `昨天 ${hour(at)}`;
  if (days < 7) return `星期${WEEKDAYS[wall.getUTCDay()]} ${hour(at)}`;
  const year = wall.getUTCFullYear() === beijing(now).getUTCFullYear() ? "" : `${wall.getUTCFullYear()}年`;
  return `${year}${wall.getUTCMonth() + 1}月${wall.getUTCDate()}日 ${hour(at)}`;
}

/** Eight in the morning of the following day, as the control door reads it. */
export function tomorrowAtEight(now) {
  const midnight = (dayNumber(now) + 1) * DAY - 8 * HOUR;
  return new Date(midnight + 8 * HOUR).toISOString();
}

/** Whether it is night, when nothing is sent by itself (21:00 to 7:30, a little before it included). */
export function isNight(now) {
  const clock = hour(now);
  return clock >= "20:50" || clock < "07:30";
}

export const sameDay = (one, other) => dayNumber(one) === dayNumber(other);
