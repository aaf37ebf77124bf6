"""Lets cfn-lint check Org::Containers::EcrRepository in templates: cfn-lint --append-rules lint --template FILE ..."""

import json
from importlib import import_module
from pathlib import Path

from cfnlint.helpers import REGIONS, ToPy
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, Schema

schema_file = Path(__file__).resolve().parent.parent / "schema.json"
schema = Schema(json.loads(schema_file.read_text(encoding="utf-8")))

# cfn-lint's own option for this, --registry-schemas, makes the type known but has neither its properties nor its
# attributes checked: for that a Region's list of types must name it too, as it names AWS's. Where a version of
# cfn-lint has no such lists, this fails, and cfn-lint with it: better than to pass what nobody checked.
PROVIDER_SCHEMA_MANAGER._registry_schemas[schema.type_name] = schema
for region in REGIONS:
    import_module(f"cfnlint.data.schemas.providers.{ToPy(region).py}").types[schema.type_name] = schema_file.name
