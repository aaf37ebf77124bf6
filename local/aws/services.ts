import { ecr } from './ecr/service';
import type { Service } from './service';
import { sts } from './sts/service';

/** All services that the stand-in knows. */
export const SERVICES: readonly Service[] = [ecr, sts];
