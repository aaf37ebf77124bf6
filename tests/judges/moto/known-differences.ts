const POLICY_TEXT =
    'ECR API reference, examples of GetRepositoryPolicy: the text comes back parsed and printed anew. Account IDs come back as the ARNs of their roots (IAM user guide, AWS JSON policy elements: Principal).';

/**
 * Where the stand-in answers otherwise than moto, as compare.ts writes it, and why: what AWS does, and the page or API
 * reference that says so.
 */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
    'cloudwatch:DeleteDashboards done, moto: ResourceNotFound':
        'CloudWatch API reference, DeleteDashboards: deletes as many as possible, and has no error for missing ones.',
    'cloudwatch:DescribeAlarms InvalidNextToken, moto: done':
        'CloudWatch API reference, DescribeAlarms: InvalidNextToken. moto does not look at it.',
    'cloudwatch:DescribeAlarms ValidationError, moto: done':
        'CloudWatch API reference, DescribeAlarms: with AlarmNamePrefix AlarmNames cannot be specified.',
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
    'cloudwatch:GetDashboard DashboardNotFoundError, moto: ResourceNotFound':
        'CloudWatch API model: DashboardNotFoundError, which the query protocol called ResourceNotFound.',
    'cloudwatch:GetMetricData.Messages':
        'CloudWatch API model, GetMetricData: Messages. moto leaves the list out.',
    'cloudwatch:GetMetricStatistics InvalidParameterCombinationException, moto: done':
        'CloudWatch API reference, GetMetricStatistics: at most 1,440 data points.',
    'cloudwatch:GetMetricStatistics InvalidParameterValueException, moto: done':
        'CloudWatch API reference, GetMetricStatistics: Period. moto takes any.',
    'cloudwatch:GetMetricStatistics.Datapoints.Unit':
        'CloudWatch API reference, MetricDatum: without a unit, None. moto leaves it out.',
    'cloudwatch:ListDashboards InvalidParameterValueException, moto: done':
        'CloudWatch API reference, ListDashboards: NextToken comes from an earlier call. moto does not look at it.',
    'cloudwatch:ListMetrics.Metrics':
        'CloudWatch API reference, ListMetrics: metrics, not data points. moto lists one for each data point.',
    'cloudwatch:ListTagsForResource InvalidParameterValueException, moto: done':
        'CloudWatch API reference, ListTagsForResource: the forms of an ARN. moto gives no tags.',
    'cloudwatch:ListTagsForResource ResourceNotFoundException, moto: done':
        'CloudWatch API reference, ListTagsForResource: the named resource does not exist. moto gives no tags.',
    'cloudwatch:PutDashboard DashboardInvalidInputError, moto: done':
        'CloudWatch API reference, PutDashboard: A-Z, a-z, 0-9, - and _. moto takes any name.',
    'cloudwatch:PutMetricAlarm ValidationError, moto: done':
        'CloudWatch API reference, PutMetricAlarm: Period, ComparisonOperator, EvaluationPeriods, Statistic. moto takes anything.',
    'cloudwatch:PutMetricData InvalidParameterCombinationException, moto: InvalidParameterValueException':
        'CloudWatch API reference, PutMetricData: parameters that cannot be used together are an InvalidParameterCombination.',
    'cloudwatch:PutMetricData InvalidParameterCombinationException, moto: done':
        'CloudWatch API reference, PutMetricData: Value, or Values, or StatisticValues.',
    'cloudwatch:PutMetricData InvalidParameterValueException, moto: done':
        'CloudWatch API reference, PutMetricData: no namespace of AWS, and nothing older than two weeks.',
    'ecr:BatchDeleteImage.failures':
        'ECR API reference, ImageFailure: ImageReferencedByManifestList. moto deletes the image.',
    'ecr:BatchDeleteImage.failures.failureCode':
        'ECR API reference, ImageFailure: ImageTagDoesNotMatchDigest.',
    'ecr:BatchDeleteImage.failures.failureReason': 'ECR API reference, ImageFailure: goes with failureCode.',
    'ecr:BatchDeleteImage.imageIds':
        'ECR API reference, BatchDeleteImage: imageIds are those of the deleted images. moto leaves out untagged ones.',
    'ecr:BatchGetImage.failures':
        'ECR API reference, ImageFailure: ImageTagDoesNotMatchDigest. moto gives the image that either names.',
    'ecr:BatchGetImage.failures.failureCode':
        'ECR API reference, ImageFailure: MissingDigestAndTag, InvalidImageDigest. moto knows ImageNotFound alone.',
    'ecr:BatchGetImage.failures.failureReason': 'ECR API reference, ImageFailure: goes with failureCode.',
    'ecr:BatchGetImage.failures.imageId.imageDigest':
        'ECR API reference, ImageFailure: the image ID of the request. moto leaves the digest out.',
    'ecr:BatchGetImage.failures.imageId.imageTag':
        'ECR API reference, ImageFailure: the image ID of the request. moto makes up a tag null.',
    'ecr:BatchGetImage.images':
        'ECR API reference, ImageFailure: ImageTagDoesNotMatchDigest. moto gives the image that either names.',
    'ecr:BatchGetRepositoryScanningConfiguration.scanningConfigurations.scanFrequency':
        'ECR API reference, RepositoryScanningConfiguration: the frequency for the repository. moto looks at the registry alone.',
    'ecr:BatchGetRepositoryScanningConfiguration.scanningConfigurations.scanOnPush':
        'ECR API reference, RepositoryScanningConfiguration: whether it is configured for the repository. moto looks at the registry alone.',
    'ecr:CreateRepository InvalidParameterException, moto: done':
        'ECR user guide, image tag mutability: filters go with the values that have exclusions.',
    'ecr:CreateRepository KmsException, moto: done':
        'ECR API reference, CreateRepository: KmsException. moto takes any key.',
    'ecr:CreateRepository done, moto: InvalidParameterException':
        'ECR API model, RepositoryName: two underscores and several hyphens are separators too.',
    'ecr:DeleteRegistryPolicy.policyText': POLICY_TEXT,
    'ecr:DeleteRepositoryPolicy.policyText': POLICY_TEXT,
    'ecr:DescribeImages.imageDetails.artifactMediaType':
        'ECR API reference, ImageDetail: the media type of the artifact. moto has no such member.',
    'ecr:DescribeImages.imageDetails.imageSizeInBytes':
        'ECR API reference, ImageDetail: of a manifest list, the largest of its images. moto gives none.',
    'ecr:DescribeImages.imageDetails.imageStatus':
        'ECR API reference, ImageDetail: imageStatus. moto has no archive.',
    'ecr:DescribeRepositories InvalidParameterException, moto: done':
        'ECR API reference, DescribeRepositories: nextToken comes from an earlier call. moto does not look at it.',
    'ecr:GetRegistryPolicy.policyText': POLICY_TEXT,
    'ecr:GetRepositoryPolicy.policyText': POLICY_TEXT,
    'ecr:ListImages InvalidParameterException, moto: done':
        'ECR API reference, ListImages: nextToken comes from an earlier call. moto does not look at it.',
    'ecr:ListImages.imageIds': 'ECR API reference, ListImagesFilter: tagStatus. moto does not look at it.',
    'ecr:PutImage ImageAlreadyExistsException, moto: done':
        'ECR API reference, PutImage: no change to manifest or tag since the last push.',
    'ecr:PutImage ImageDigestDoesNotMatchException, moto: done':
        'ECR API reference, PutImage: the digest that ECR calculates. moto takes any.',
    'ecr:PutImage ImageTagAlreadyExistsException, moto: ImageAlreadyExistsException':
        'ECR API reference, PutImage: ImageAlreadyExistsException is for an image that did not change since the last push.',
    'ecr:PutImage LayersNotFoundException, moto: done':
        'ECR API reference, PutImage: layers have to be there. moto has none.',
    'ecr:PutImageTagMutability InvalidParameterException, moto: done':
        'ECR user guide, image tag mutability: the values with exclusion need filters.',
    'ecr:PutLifecyclePolicy InvalidParameterException, moto: done':
        'ECR user guide, lifecycle policy properties and evaluation rules. moto checks a part of the grammar.',
    'ecr:PutRegistryPolicy.policyText': POLICY_TEXT,
    'ecr:PutRegistryScanningConfiguration InvalidParameterException, moto: done':
        'ECR API reference, RegistryScanningRule: the frequencies of each scan type.',
    'ecr:PutReplicationConfiguration InvalidParameterException, moto: done':
        'ECR user guide, replication considerations: unique destinations.',
    'ecr:SetRepositoryPolicy InvalidParameterException, moto: done':
        'IAM user guide, AWS JSON policy elements: Principal is * or a map. moto takes any text.',
    'ecr:SetRepositoryPolicy.policyText': POLICY_TEXT,
    'ecr:StartImageScan UnsupportedImageTypeException, moto: done':
        'ECR API reference, StartImageScan: an image of a type that cannot be scanned. moto scans everything.',
    'ecr:TagResource TooManyTagsException, moto: done':
        'ECR API reference, TagResource: TooManyTagsException. moto counts no tags.',
    'events:ListRules ValidationException, moto: done':
        'EventBridge API reference, ListRules: NextToken comes from an earlier call. moto does not look at it.',
    'events:ListRules.Rules.CreatedBy': 'EventBridge API model: Rule has no such member.',
    'events:ListTagsForResource.Tags':
        'EventBridge API reference, PutRule: tags given for a rule that is there are ignored.',
    'events:PutEvents done, moto: ResourceNotFoundException':
        'EventBridge API model, PutEvents: no such error.',
    'events:PutEvents.Entries.ErrorCode':
        'EventBridge API reference, PutEventsResultEntry: NotAuthorizedForSource, MalformedDetail. moto looks at neither.',
    'events:PutEvents.Entries.ErrorMessage':
        'EventBridge API reference, PutEventsResultEntry: goes with ErrorCode.',
    'events:PutEvents.Entries.EventId':
        'EventBridge API reference, PutEventsResultEntry: a failed entry has none.',
    'events:PutEvents.FailedEntryCount':
        'EventBridge API reference, PutEvents: the number of failed entries.',
    'events:PutRule InvalidEventPatternException, moto: done':
        'EventBridge user guide, event patterns. moto looks for JSON alone.',
    'events:PutTargets LimitExceededException, moto: done': 'EventBridge quotas: five targets of a rule.',
    'events:PutTargets ValidationException, moto: done':
        'EventBridge API reference, Target and InputTransformer; user guide, resource-based policies: a log group takes no role.',
    'events:TagResource ValidationException, moto: done':
        'EventBridge user guide, tagging: 50 tags of a resource. moto counts none.',
    'events:TestEventPattern InvalidEventPatternException, moto: done':
        'EventBridge API reference, TestEventPattern. moto answers nothing.',
    'events:TestEventPattern ValidationException, moto: done':
        'EventBridge API reference, TestEventPattern: Event is JSON. moto answers nothing.',
    'events:TestEventPattern.Result': 'EventBridge API reference, TestEventPattern. moto answers nothing.',
    'logs:DeleteMetricFilter ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, DeleteMetricFilter: the specified resource does not exist.',
    'logs:DescribeLogGroups InvalidParameterException, moto: done':
        'CloudWatch Logs API reference, DescribeLogGroups: prefix and pattern are mutually exclusive, and nextToken comes from an earlier call.',
    'logs:DescribeLogGroups.logGroups.logGroupClass':
        'CloudWatch Logs API reference, LogGroup. moto has no such member.',
    'logs:DescribeLogGroups.logGroups.metricFilterCount':
        'CloudWatch Logs API reference, LogGroup: the number of metric filters. moto says 0.',
    'logs:DescribeLogStreams.logStreams.storedBytes':
        'CloudWatch Logs API reference, LogStream: storedBytes always reports as zero.',
    'logs:DescribeMetricFilters ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, DescribeMetricFilters: the specified resource does not exist.',
    'logs:DescribeMetricFilters.metricFilters.applyOnTransformedLogs':
        'CloudWatch Logs API reference, MetricFilter. moto has no such member.',
    'logs:DescribeMetricFilters.metricFilters.creationTime':
        'CloudWatch Logs API reference, MetricFilter. moto has no such member.',
    'logs:FilterLogEvents InvalidParameterException, moto: done':
        'CloudWatch Logs API reference, FilterLogEvents: streams by names or by prefix.',
    'logs:FilterLogEvents ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, FilterLogEvents: the specified resource does not exist.',
    'logs:FilterLogEvents.searchedLogStreams':
        'CloudWatch Logs API reference, FilterLogEvents: no longer supported, an empty list.',
    'logs:GetLogEvents.events':
        'CloudWatch Logs API reference, GetLogEvents: events at endTime are not included.',
    'logs:ListTagsForResource InvalidParameterException, moto: done':
        'CloudWatch Logs API reference, ListTagsForResource: the ARN of a resource. moto gives no tags.',
    'logs:ListTagsForResource ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, ListTagsForResource: the specified resource does not exist.',
    'logs:PutLogEvents InvalidParameterException, moto: done':
        'CloudWatch Logs API reference, PutLogEvents: a batch spans at most 24 hours.',
    'logs:PutLogEvents.rejectedLogEventsInfo.tooOldLogEventEndIndex':
        'CloudWatch Logs API reference, RejectedLogEventsInfo: this field is exclusive.',
    'logs:PutMetricFilter InvalidParameterException, moto: done':
        'CloudWatch Logs user guide, filter pattern syntax; API reference, MetricTransformation: three dimensions, and no default value with them.',
    'logs:PutMetricFilter ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, PutMetricFilter: the specified resource does not exist.',
    'logs:PutResourcePolicy InvalidParameterException, moto: done':
        'CloudWatch Logs API reference, PutResourcePolicy: a policy document. moto takes any text.',
    'logs:PutRetentionPolicy InvalidParameterException, moto: done':
        'CloudWatch Logs API reference, PutRetentionPolicy: the days that are possible. moto takes any.',
    'logs:TagResource ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, TagResource: the specified resource does not exist.',
    'logs:UntagResource ResourceNotFoundException, moto: done':
        'CloudWatch Logs API reference, UntagResource: the specified resource does not exist.',
    'sns:CreateTopic InvalidParameter, moto: done':
        'SNS API reference, CreateTopic: the topic is there with other tags.',
    'sns:GetTopicAttributes InvalidParameter, moto: done':
        'SNS API reference, GetTopicAttributes: a request parameter does not comply with its constraints.',
    'sns:GetTopicAttributes.Attributes.DeliveryPolicy':
        'AWS CLI reference, examples of sns get-topic-attributes: a topic without one shows none.',
    'sns:GetTopicAttributes.Attributes.EffectiveDeliveryPolicy':
        'AWS CLI reference, examples of sns get-topic-attributes: the settings for HTTP are under http.',
    'sns:GetTopicAttributes.Attributes.Policy':
        'AWS CLI reference, examples of sns get-topic-attributes: the Sid comes before the Effect.',
    'sns:ListTopics InvalidParameter, moto: done':
        'SNS API reference, ListTopics: NextToken comes from an earlier call. moto does not look at it.',
    'sns:Publish InvalidParameter, moto: done':
        'SNS API reference, Publish: messages are not empty, and subjects have no line breaks.',
    'sns:SetTopicAttributes InvalidParameter, moto: done':
        'SNS API reference, SetTopicAttributes: the names of attributes, and Policy.',
    'sns:Subscribe InvalidParameter, moto: done': 'SNS API reference, Subscribe: the protocols.',
    'sns:Unsubscribe InvalidParameter, moto: done':
        'SNS API reference, Unsubscribe: a request parameter does not comply with its constraints.',
    'sts:GetCallerIdentity.Arn': 'Signatures are not verified: both make up a user for the access key.',
};
