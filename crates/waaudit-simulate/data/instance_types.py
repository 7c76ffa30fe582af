"""Writes instance_types.csv: the sizes of each family of EC2 instance types, for "the next size up".

The argument is moto's type file (`moto/ec2/resources/instance_types.json.gz`, Apache-2.0), which holds the answers of
`ec2:DescribeInstanceTypes` by type, or a JSON file of the same form. Bare metal is left out: it is no step of a resize.

    python3 instance_types.py instance_types.json.gz 2026-11-28 "moto 5.2.1, Apache-2.0" > instance_types.csv
"""

import gzip
import json
import sys

path, date, source = sys.argv[1:]
opened = gzip.open(path) if path.endswith(".gz") else open(path, "rb")
types = json.load(opened)
print(f"# date: {date}")
print(f"# source: {source}")
print("# type,vcpus,memory_mib")
rows = []
for name, facts in types.items():
    if facts["BareMetal"] or "." not in name:
        continue
    rows.append((name.split(".")[0], facts["VCpuInfo"]["DefaultVCpus"], facts["MemoryInfo"]["SizeInMiB"], name))
for _, vcpus, memory, name in sorted(rows):
    print(f"{name},{vcpus},{memory}")
