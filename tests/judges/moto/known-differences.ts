const MODEL = 'The API model bounds these members; moto does not look at them.';
const POLICY_TEXT =
    'ECR API reference, examples of GetRepositoryPolicy: the text comes back parsed and printed anew. Account IDs come back as the ARNs of their roots (IAM user guide, AWS JSON policy elements: Principal).';

/**
 * Where the stand-in answers otherwise than moto, as compare.ts writes it, and why: what AWS does, and the page or API
 * reference that says so.
 */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
    'ecr:BatchDeleteImage.failures':
        'ECR API reference, ImageFailure: ImageReferencedByManifestList. moto deletes the image.',
    'ecr:BatchDeleteImage.imageIds':
        'ECR API reference, BatchDeleteImage: imageIds are those of the deleted images. moto leaves out untagged ones.',
    'ecr:BatchGetRepositoryScanningConfiguration.scanningConfigurations.scanFrequency':
        'ECR API reference, RepositoryScanningConfiguration: the frequency for the repository. moto looks at the registry alone.',
    'ecr:BatchGetRepositoryScanningConfiguration.scanningConfigurations.scanOnPush':
        'ECR API reference, RepositoryScanningConfiguration: whether it is configured for the repository. moto looks at the registry alone.',
    'ecr:CreateRepository InvalidParameterException, moto: done': MODEL,
    'ecr:DeleteRegistryPolicy.policyText': POLICY_TEXT,
    'ecr:DeleteRepositoryPolicy.policyText': POLICY_TEXT,
    'ecr:DescribeImages.imageDetails.artifactMediaType':
        'ECR API reference, ImageDetail: the media type of the artifact. moto has no such member.',
    'ecr:DescribeImages.imageDetails.imageSizeInBytes':
        'ECR API reference, ImageDetail: of a manifest list, the largest of its images. moto gives none.',
    'ecr:DescribeImages.imageDetails.imageStatus':
        'ECR API reference, ImageDetail: imageStatus. moto has no archive.',
    'ecr:DescribeRepositories InvalidParameterException, moto: done': MODEL,
    'ecr:GetRegistryPolicy.policyText': POLICY_TEXT,
    'ecr:GetRepositoryPolicy.policyText': POLICY_TEXT,
    'ecr:ListImages.imageIds': 'ECR API reference, ListImagesFilter: tagStatus. moto does not look at it.',
    'ecr:PutImage ImageTagAlreadyExistsException, moto: ImageAlreadyExistsException':
        'ECR API reference, PutImage: ImageAlreadyExistsException is for an image that did not change since the last push.',
    'ecr:PutImageTagMutability InvalidParameterException, moto: done':
        'ECR user guide, image tag mutability: the values with exclusion need filters.',
    'ecr:PutLifecyclePolicy InvalidParameterException, moto: done':
        'ECR user guide, lifecycle policy properties and evaluation rules. moto checks a part of the grammar.',
    'ecr:PutRegistryPolicy.policyText': POLICY_TEXT,
    'ecr:SetRepositoryPolicy InvalidParameterException, moto: done':
        'IAM user guide, AWS JSON policy elements: Principal is * or a map. moto takes any text.',
    'ecr:SetRepositoryPolicy.policyText': POLICY_TEXT,
    'ecr:TagResource InvalidTagParameterException, moto: done':
        'ECR user guide, tag restrictions: aws: is reserved. moto takes it.',
};
