"""Templates that the AWS CDK makes of AWS Solutions Constructs, for the Region of the tests.

They are the snapshots of the constructs' own tests, which say where those were made. The CDK would write this Region there.
"""

import json

from accounts.quick_start import TEMPLATES
from seed import REGION
from stack import Properties

REGION_OF_SNAPSHOTS = "us-east-1"


def template(name: str) -> Properties:
    return json.loads((TEMPLATES / f"{name}.json").read_text().replace(REGION_OF_SNAPSHOTS, REGION))
