import fc from 'fast-check';
import { repositories } from '../../../local/aws/ecr/state';
import { tags } from '../../../src/facets/tags';
import type { PartialProperties, Tag } from '../../../src/properties';
import { tag, untag } from '../by-hand';
import { ACCOUNT, HERE, NAME } from '../my-app';
import { word } from '../values';
import type { By, FacetData } from './facet-data';

const PREFIX = 'org-containers-ecrrepository:';

const anyTag: fc.Arbitrary<Tag> = fc.record({
    Key: word,
    Value: fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{0,20}$/),
});

const TAGGED: PartialProperties = { Tags: [{ Key: 'Stage', Value: 'test' }] };

/** Nobody but AWS can. */
const tagAsAws: By = async (_here, { standIn }) => {
    const repository = repositories.of(standIn.server.world, { account: ACCOUNT, region: HERE }).get(NAME);
    repository?.tags.set('aws:servicecatalog:applicationName', 'a');
};

export const data: FacetData = {
    facet: tags,
    declared: TAGGED,

    arbitraries: {
        Tags: fc.uniqueArray(anyTag, { maxLength: 5, selector: ({ Key }) => Key }),
    },

    foreign: ({ tags }) => tags,

    properties: {
        Tags: {
            values: [[{ Key: 'Stage', Value: 'test' }], [{ Key: 'Stage', Value: 'production' }]],
            inAws: ({ tags }) => tags['Stage'],
            as: ['test', 'production'],
        },
    },

    undivided: [],

    violations: [
        [{ Tags: [{ Key: 'org-containers-ecrrepository:mine', Value: '' }] }, 1],
        [{ Tags: [{ Key: 'a#', Value: '' }] }, 1],
        [{ Tags: ['a', 'a'].map((Key) => ({ Key, Value: '' })) }, 1],
        [{ Tags: Array.from({ length: 50 }, (_, index) => ({ Key: `${index}`, Value: '' })) }, 1],
    ],

    messages: [],

    alterations: {
        Tags: [
            { what: 'a value is changed', template: TAGGED, by: tag({ Stage: 'production' }) },
            { what: 'one is added', template: TAGGED, by: tag({ Team: 'a' }), update: 'leaves' },
            {
                what: 'one is added where the template has none',
                template: {},
                by: tag({ Team: 'a' }),
                drift: [],
            },
            { what: 'one is removed', template: TAGGED, by: untag('Stage') },
            {
                what: 'AWS adds its own',
                template: TAGGED,
                by: tagAsAws,
                drift: [],
            },
            {
                what: 'the tag that tells who created it is removed',
                template: TAGGED,
                by: untag(`${PREFIX}created-by`),
                drift: [],
            },
        ],
    },
};
