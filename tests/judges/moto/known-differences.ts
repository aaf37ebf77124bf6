const MODEL = 'The API model bounds these members; moto does not look at them.';
const POLICY_TEXT =
    'ECR API reference, examples of GetRepositoryPolicy: the text comes back parsed and printed anew. Account IDs come back as the ARNs of their roots (IAM user guide, AWS JSON policy elements: Principal).';

/**
 * Where the stand-in answers otherwise than moto, as compare.ts writes it, and why: what AWS does, and the page or API
 * reference that says so.
 */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
    'cloudwatch:DeleteDashboards done, moto: ResourceNotFound':
        'CloudWatch API reference, DeleteDashboards: deletes as many as possible, and has no error for missing ones.',
    'cloudwatch:DescribeAlarms.MetricAlarms':
        'CloudWatch API reference, DescribeAlarms: MaxRecords. moto does not page.',
    'cloudwatch:DescribeAlarms.MetricAlarms.ActionsEnabled':
        'CloudWatch API reference, DisableAlarmActions. moto has no such operation.',
    'cloudwatch:DescribeAlarms.MetricAlarms.Metrics':
        'CloudWatch API reference, MetricAlarm: Metrics is for alarms on a math expression. moto gives an empty list.',
    'cloudwatch:DescribeAlarms.MetricAlarms.StateReasonData':
        'AWS CLI reference, describe-alarms: an alarm that was never evaluated has none. moto gives {}.',
    'cloudwatch:DescribeAlarms.MetricAlarms.StateTransitionedTimestamp':
        'CloudWatch API reference, MetricAlarm. moto has no such member.',
    'cloudwatch:DescribeAlarms.MetricAlarms.StateValue':
        'CloudWatch API reference, PutMetricAlarm: a new alarm is in INSUFFICIENT_DATA. moto says OK.',
    'cloudwatch:DescribeAlarms.NextToken':
        'CloudWatch API reference, DescribeAlarms: MaxRecords. moto does not page.',
    'cloudwatch:DisableAlarmActions done, moto: HTTP 500':
        'CloudWatch API reference, DisableAlarmActions. moto has no such operation.',
    'cloudwatch:GetDashboard DashboardNotFoundError, moto: ResourceNotFound':
        'CloudWatch API model: DashboardNotFoundError, which the query protocol called ResourceNotFound.',
    'cloudwatch:GetMetricStatistics.Datapoints.Unit':
        'CloudWatch API reference, MetricDatum: without a unit, None. moto leaves it out.',
    'cloudwatch:ListMetrics.Metrics':
        'CloudWatch API reference, ListMetrics: metrics, not data points. moto lists one for each data point.',
    'cloudwatch:ListTagsForResource ResourceNotFoundException, moto: done':
        'CloudWatch API reference, ListTagsForResource: the named resource does not exist. moto gives no tags.',
    'cloudwatch:PutDashboard DashboardInvalidInputError, moto: done':
        'CloudWatch API reference, PutDashboard: A-Z, a-z, 0-9, - and _. moto takes any name.',
    'cloudwatch:PutMetricAlarm ValidationError, moto: done':
        'CloudWatch API reference, PutMetricAlarm: Period, ComparisonOperator, EvaluationPeriods, Statistic. moto takes anything.',
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
    'events:ListRules.Rules.CreatedBy': 'EventBridge API model: Rule has no such member.',
    'events:PutRule ValidationException, moto: done': MODEL,
    'events:TestEventPattern.Result': 'EventBridge API reference, TestEventPattern. moto answers nothing.',
    'logs:DeleteMetricFilter ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, DeleteMetricFilter: the specified resource does not exist.',
    'logs:DescribeLogGroups.logGroups.logGroupClass':
        'CloudWatch Logs API reference, LogGroup. moto has no such member.',
    'logs:DescribeLogGroups.logGroups.metricFilterCount':
        'CloudWatch Logs API reference, LogGroup: the number of metric filters. moto says 0.',
    'logs:DescribeMetricFilters ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, DescribeMetricFilters: the specified resource does not exist.',
    'logs:DescribeMetricFilters.metricFilters.applyOnTransformedLogs':
        'CloudWatch Logs API reference, MetricFilter. moto has no such member.',
    'logs:DescribeMetricFilters.metricFilters.creationTime':
        'CloudWatch Logs API reference, MetricFilter. moto has no such member.',
    'logs:FilterLogEvents.searchedLogStreams':
        'CloudWatch Logs API reference, FilterLogEvents: no longer supported, an empty list.',
    'logs:ListTagsForResource ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, ListTagsForResource: the specified resource does not exist.',
    'logs:PutMetricFilter ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, PutMetricFilter: the specified resource does not exist.',
    'logs:PutRetentionPolicy InvalidParameterException, moto: done':
        'CloudWatch Logs API reference, PutRetentionPolicy: the days that are possible. moto takes any.',
    'sts:GetCallerIdentity.Arn': 'Signatures are not verified: both make up a user for the access key.',
};
