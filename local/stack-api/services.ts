import { cloudformation } from '../aws/cloudformation/service';
import type { Service } from '../aws/service';
import { SERVICES } from '../aws/services';
import type { StackApi } from './stack-api';

/** The stand-in's services, with stacks beside the registry. */
export function servicesWith({ operations }: StackApi): readonly Service[] {
    return SERVICES.map((service) =>
        service === cloudformation
            ? { ...service, operations: { ...service.operations, ...operations } }
            : service,
    );
}
