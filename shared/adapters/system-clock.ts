import { instant } from '../core/base/instant.ts';
import type { Clock } from '../ports.ts';

export const systemClock: Clock = { now: () => instant(Date.now()) };
