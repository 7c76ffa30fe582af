"""Puts the templates that `README.md` lists into the folder `templates` of the Python environment that runs this.

    /tmp/moto/bin/python tests/moto/templates/get.py

They come from archives of Python packages, pinned by their hashes; a second run does nothing.
"""

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

HERE = Path(__file__).parent
PINS = HERE / "requirements.txt"
FOLDER = Path(sys.prefix) / "templates"

CFN_LINT = "test/fixtures/templates"
OF_CFN_LINT = (
    f"{CFN_LINT}/integration/aws-dynamodb-table.yaml",
    f"{CFN_LINT}/public/lambda-poller.yaml",
    f"{CFN_LINT}/quickstart/nist_application.yaml",
    f"{CFN_LINT}/quickstart/nist_logging.yaml",
    f"{CFN_LINT}/quickstart/nist_vpc_production.yaml",
    f"{CFN_LINT}/quickstart/vpc.json",
    "LICENSE",
)
# Templates of AWS Solutions Constructs, as the CDK made them of the constructs' own tests.
CONSTRUCTS = {
    "aws_alb_fargate": "albfar-all-new-public-http",
    "aws_apigateway_lambda": "apilam-existingFunction",
    "aws_lambda_dynamodb": "lamddb-use-existing-func",
}
LICENSE_OF_CONSTRUCTS = "LICENSE-aws-solutions-constructs"


def download(folder: str) -> list[Path]:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--no-deps", "--no-binary", "cfn-lint", "--require-hashes", "-r", PINS, "-d", folder], check=True
    )
    return sorted(Path(folder).iterdir())


def unpack_cfn_lint(archive: Path) -> None:
    with tarfile.open(archive) as content:
        (root,) = {name.partition("/")[0] for name in content.getnames()}
        for name in OF_CFN_LINT:
            (FOLDER / PurePosixPath(name).name).write_bytes(content.extractfile(f"{root}/{name}").read())


def unpack_construct(archive: Path) -> None:
    """Inside of the Python package is that for Node.js, and inside of that are the tests."""
    with zipfile.ZipFile(archive) as content:
        (inner,) = [name for name in content.namelist() if name.endswith(".jsii.tgz")]
        (licence,) = [name for name in content.namelist() if name.endswith(".dist-info/LICENSE")]
        (template,) = [name for construct, name in CONSTRUCTS.items() if f"/{construct}/_jsii/" in inner]
        (FOLDER / LICENSE_OF_CONSTRUCTS).write_bytes(content.read(licence))
        with tarfile.open(fileobj=io.BytesIO(content.read(inner))) as tests:
            file = f"package/test/integ.{template}.js.snapshot/{template}.template.json"
            (FOLDER / f"{template}.json").write_bytes(tests.extractfile(file).read())


def main() -> None:
    stamp = FOLDER / PINS.name
    if stamp.exists() and stamp.read_bytes() == PINS.read_bytes():
        return
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for archive in download(folder):
            unpack_construct(archive) if archive.suffix == ".whl" else unpack_cfn_lint(archive)
    shutil.copy(PINS, stamp)


if __name__ == "__main__":
    main()
