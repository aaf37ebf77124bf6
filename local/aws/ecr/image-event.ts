import { emit } from '../event-bus';
import type { Call } from '../service';
import type { Image, Repository } from './state';

type Action = 'PUSH' | 'DELETE' | 'UPDATE_STORAGE_CLASS';

/** Tells the event bus of an image; `more` is what some actions add (Amazon ECR user guide, ECR Image Action). */
export function emitImageAction(
    action: Action,
    { name }: Repository,
    image: Image,
    tag: string | undefined,
    call: Call,
    more: object = {},
): void {
    emit(
        {
            source: 'aws.ecr',
            'detail-type': 'ECR Image Action',
            resources: [],
            detail: {
                result: 'SUCCESS',
                'repository-name': name,
                'image-digest': image.digest,
                'action-type': action,
                ...(tag !== undefined && { 'image-tag': tag }),
                ...more,
            },
        },
        call,
    );
}
