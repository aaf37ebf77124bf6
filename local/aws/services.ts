import { cloudwatch } from './cloudwatch/service';
import { ecr } from './ecr/service';
import { events } from './events/service';
import { logs } from './logs/service';
import type { Service } from './service';
import { sns } from './sns/service';
import { sts } from './sts/service';

/** All services that the stand-in knows. */
export const SERVICES: readonly Service[] = [cloudwatch, ecr, events, logs, sns, sts];
