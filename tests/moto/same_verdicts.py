"""Compares two reports of one account, of either version: verdicts, words, evidence, fixes, links and the summary.

    python same_verdicts.py before.json after.json
    python same_verdicts.py --snapshots FOLDER before-binary after-binary

The second form judges each snapshot in a folder by two builds of waaudit, all rules each. `SNAPSHOTS=FOLDER cargo test` keeps
those of all accounts that the tests scan. It prints what differs, and ends with exit code 1 where anything does. A change
that must change no verdict is shown by it.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

# What findings have in both versions.
SAME = ("verdict", "message", "reason", "evidence", "settings", "resource", "severity_reason", "because_of", "explains")


def findings(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Findings by fingerprint, with the words of their rules."""
    rules = {rule["id"]: rule for rule in report["rules"] if isinstance(rule, dict)}
    return {finding["fingerprint"]: whole(finding, rules.get(finding["rule"])) for finding in report["findings"]}


def whole(finding: dict[str, Any], rule: dict[str, Any] | None) -> dict[str, Any]:
    """A finding in the form of the first version. There the fix alone said what it is called in Terraform."""
    same = {name: finding.get(name) for name in SAME} | {"rule": finding["rule"]}
    fix = finding["fix"]
    if rule is None:
        return same | {name: finding[name] for name in ("title", "area", "severity", "stage", "pillars", "refs")} | {"fix": fix}
    words = {name: rule[name] for name in ("title", "area", "severity", "stage", "pillars", "refs")}
    words["severity"] = finding.get("severity", rule["severity"])
    return same | words | {"fix": fix and {**fix, "terraform": rule["fix_terraform"], "flags": rule["flags"]}}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs, a line each."""
    lines = []
    old, new = findings(before), findings(after)
    for fingerprint in sorted(old.keys() | new.keys()):
        one, other = old.get(fingerprint), new.get(fingerprint)
        if one is None or other is None:
            finding = one or other
            lines.append(f"{finding['rule']} {finding['resource']['id']}: only {'before' if other is None else 'after'}")
            continue
        for name in sorted(one):
            if one[name] != other[name]:
                lines.append(f"{one['rule']} {one['resource']['id']}: {name} was {one[name]!r} and is {other[name]!r}")
    for name in ("summary", "not_assessed", "diagnostics", "regions", "complete"):
        if before[name] != after[name]:
            lines.append(f"{name} differs")
    failed = [sum(gap.get("count", 1) for gap in report["gaps"]) for report in (before, after)]
    if failed[0] != failed[1]:
        lines.append(f"{failed[0]} and {failed[1]} calls failed")
    return lines


def judged(binary: str, snapshot: Path) -> dict[str, Any]:
    """The report of a build on a snapshot."""
    command = [binary, "scan", "--snapshot", str(snapshot), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise SystemExit(f"{snapshot}: {done.stderr}")
    return json.loads(done.stdout)


def of_snapshots(folder: Path, before: str, after: str) -> tuple[list[str], int]:
    """What differs over all snapshots of a folder, and how many findings were compared."""
    lines, compared = [], 0
    for snapshot in sorted(folder.glob("*.json")):
        old, new = judged(before, snapshot), judged(after, snapshot)
        lines += [f"{snapshot.name}: {line}" for line in differences(old, new)]
        compared += len(new["findings"])
    return lines, compared


def main() -> None:
    if sys.argv[1] == "--snapshots":
        lines, compared = of_snapshots(Path(sys.argv[2]), *sys.argv[3:])
    else:
        before, after = (json.loads(Path(name).read_text()) for name in sys.argv[1:])
        lines, compared = differences(before, after), len(before["findings"])
    print("\n".join(lines) or f"{compared} findings are the same")
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
