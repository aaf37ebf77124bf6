import { cloudformation } from './cloudformation/service';
import { cloudwatch } from './cloudwatch/service';
import { ecr } from './ecr/service';
import { events } from './events/service';
import { logs } from './logs/service';
import { s3 } from './s3/service';
import type { Service } from './service';
import { sns } from './sns/service';
import { sts } from './sts/service';

/** All services that the stand-in knows. */
export const SERVICES: readonly Service[] = [cloudformation, cloudwatch, ecr, events, logs, s3, sns, sts];
