"""Fills one account of the moto server with resources and prints their ids by role.

    python seed.py --endpoint http://127.0.0.1:5555 --account 111122223333 --name web_shop

Each file in accounts/ describes one account as a function `seed(aws)`; those in traps/ go by `--name traps.NAME`. The call log of the account is empty afterwards.
"""

import argparse
import importlib
import json
import threading
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

REGION = "eu-west-1"

# Stands where accounts keep what nobody may carry away: a test looks for it in everything that waaudit writes.
SECRET = "hunter2"
ZONES = ("eu-west-1a", "eu-west-1b")

# More do not help: the server is one Python process.
WORKERS = 4


class Account:
    """One account, and boto3 clients for it."""

    def __init__(self, endpoint: str, account: str) -> None:
        self.id = account
        self.endpoint = endpoint
        self.session = boto3.Session(f"AKIA{account}SEED", "secret", region_name=REGION)
        self.config = Config(
            retries={"total_max_attempts": 1}, max_pool_connections=WORKERS, parameter_validation=False
        )
        self.clients: dict[tuple[str, str], Any] = {}
        self.lock = threading.Lock()
        self.steering: dict[str, list[dict[str, Any]]] = {"answers": [], "metrics": []}

    def answer(self, service: str, action: str, **rule: Any) -> None:
        """Has a call answered as the README says of `/control/answers`."""
        self.steering["answers"].append({"service": service, "action": action, **rule})

    def metric(self, namespace: str, metric: str, dimensions: dict[str, str], **rule: Any) -> None:
        """Says what a metric measures: `value` always, or 24 values in `hours`; `days` where it is younger."""
        rule = {"namespace": namespace, "metric": metric, "dimensions": dimensions, **rule}
        self.steering["metrics"].append(rule)

    def steer(self) -> None:
        for subject, rules in self.steering.items():
            body = json.dumps({"account": self.id, subject: rules}).encode()
            urllib.request.urlopen(f"{self.endpoint}/control/{subject}", data=body).close()

    def client(self, service: str, region: str = REGION) -> Any:
        with self.lock:
            if (service, region) not in self.clients:
                self.clients[service, region] = self.session.client(
                    service, region, endpoint_url=self.endpoint, config=self.config
                )
            return self.clients[service, region]

    def forget_calls(self) -> None:
        urllib.request.urlopen(f"{self.endpoint}/control/calls?account={self.id}", data=b"").close()


def side_by_side(make: Callable[[int], Any], numbers: Iterable[int]) -> list[Any]:
    """What `make` returns for each number, made by several threads."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(make, numbers))


def tags(name: str, **more: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in {"Name": name, **more}.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--name", required=True)
    arguments = parser.parse_args()
    account = Account(arguments.endpoint, arguments.account)
    module = arguments.name if "." in arguments.name else f"accounts.{arguments.name}"
    ids = importlib.import_module(module).seed(account)
    account.steer()
    account.forget_calls()
    print(json.dumps(ids, indent=1))


if __name__ == "__main__":
    main()
