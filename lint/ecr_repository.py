"""Lets cfn-lint check Org::Containers::EcrRepository in templates: cfn-lint --append-rules lint --template FILE ..."""

import json
import subprocess
from importlib import import_module
from pathlib import Path

from cfnlint.helpers import REGIONS, ToPy
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, Schema

schema_file = Path(__file__).resolve().parent.parent / "schema.json"
schema = Schema(json.loads(schema_file.read_text(encoding="utf-8")))

# cfn-lint's own option for this, --registry-schemas, makes the type known but has neither its properties nor its
# attributes checked: for that a Region's list of types must name it too, as it names AWS's. Where a version of
# cfn-lint has no such lists, this fails, and cfn-lint with it: better than to pass what nobody checked.
PROVIDER_SCHEMA_MANAGER._registry_schemas[schema.type_name] = schema
for region in REGIONS:
    import_module(f"cfnlint.data.schemas.providers.{ToPy(region).py}").types[schema.type_name] = schema_file.name

check = schema_file.parent / "dist" / "lint-policies.js"


class PolicyTexts(CloudFormationLintRule):
    """What ECR, or IAM's grammar, refuses in a policy is found by the type's own checks, which Node runs."""

    id = "E9101"
    shortdesc = "Lifecycle policy and policy statements of an ECR repository"
    description = "Checks LifecyclePolicyText and CustomPolicyStatements, where they are without functions"
    tags = ["resources", "ecr"]

    def __init__(self):
        super().__init__()
        self.resource_property_types = [schema.type_name]

    def match_resource_properties(self, properties, _type, path, _cfn):
        matches = []
        for name in ("LifecyclePolicyText", "CustomPolicyStatements"):
            value = properties.get(name)
            if value is not None and not has_function(value):
                run = subprocess.run(
                    ["node", str(check)], input=json.dumps({name: value}), capture_output=True, text=True, check=True
                )
                matches.extend(RuleMatch([*path, name], message) for message in json.loads(run.stdout))
        return matches


def has_function(value):
    """Whether a function of CloudFormation decides on a part of it."""
    if isinstance(value, dict):
        return any(key == "Ref" or key.startswith("Fn::") or has_function(inner) for key, inner in value.items())
    return isinstance(value, list) and any(has_function(inner) for inner in value)
