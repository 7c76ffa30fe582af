"""Certificates that end soon, beside ones that do not, or that ACM renews."""

import time
from typing import Any

from seed import REGION, Account

DAY = 86_400


def seed(aws: Account) -> dict[str, Any]:
    here = [
        certificate(aws, REGION, "imported-soon", days=20, imported=True),
        certificate(aws, REGION, "imported-later", days=60, imported=True),
        certificate(aws, REGION, "renewed", days=20),
        certificate(aws, REGION, "stuck", days=5),
        certificate(aws, REGION, "idle", days=5, imported=True, used=False),
        {**certificate(aws, REGION, "pending", days=0), "Status": "PENDING_VALIDATION", "NotAfter": None},
    ]
    # CloudFront's, in a region that nobody asked for.
    edge = [certificate(aws, "us-east-1", "edge", days=-1, imported=True)]
    aws.answer("acm", "ListCertificates", region=REGION, body={"CertificateSummaryList": here})
    aws.answer("acm", "ListCertificates", region="us-east-1", body={"CertificateSummaryList": edge})
    return {
        "fail": {"edge-security/cert-expiry": ["imported-soon", "stuck", "edge"]},
        "pass": {"edge-security/cert-expiry": ["imported-later", "renewed"]},
        "skip": {"edge-security/cert-expiry": ["idle", "pending"]},
    }


def certificate(
    aws: Account, region: str, name: str, days: int, imported: bool = False, used: bool = True
) -> dict[str, Any]:
    return {
        "CertificateArn": f"arn:aws:acm:{region}:{aws.id}:certificate/{name}",
        "DomainName": f"{name}.example.com",
        "Status": "ISSUED",
        "Type": "IMPORTED" if imported else "AMAZON_ISSUED",
        "InUse": used,
        "RenewalEligibility": "INELIGIBLE" if imported else "ELIGIBLE",
        "NotAfter": int(time.time()) + days * DAY + 600,
    }
