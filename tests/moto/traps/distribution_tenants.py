"""Multi-tenant distributions and their tenants' web ACLs, and distributions of which no request reaches the origin."""

from typing import Any

from cache_policies import CACHING_DISABLED
from seed import Account
from traps.distributions import READ, WRITE, custom
from traps.firewalls import rate, web_acl


def seed(aws: Account) -> dict[str, Any]:
    shared = web_acl(aws, "shared", [rate()], region="us-east-1")
    own = web_acl(aws, "own", [], region="us-east-1")
    names = ("inheriting", "opened", "bare", "guarded", "empty")
    acls = {"inheriting": shared[1], "opened": shared[1]}
    ids = {name: distribution(aws, name, "www.example.net", READ, acls.get(name, "")) for name in names}
    tenants = [
        tenant(aws, ids["inheriting"], "one", ""),
        tenant(aws, ids["opened"], "two", "<Action>disable</Action>"),
        tenant(aws, ids["bare"], "three", ""),
        tenant(aws, ids["guarded"], "four", f"<Action>override</Action><Arn>{own[1]}</Arn>"),
    ]
    aws.answer("cloudfront", "ListDistributionTenants", body=listed(tenants))
    redirect = {"FunctionARN": f"arn:aws:cloudfront::{aws.id}:function/to-apex", "EventType": "viewer-request"}
    ids["redirect"] = distribution(aws, "redirect", "placeholder.example.com", READ)
    ids["api"] = distribution(aws, "api", "a1b2c3.execute-api.eu-west-1.amazonaws.com", WRITE)
    ids["url"] = distribution(aws, "url", "abc123.lambda-url.eu-west-1.on.aws", WRITE)
    ids["idle"] = distribution(aws, "idle", "app.example.com", READ)
    mode = "<ConnectionMode>tenant-only</ConnectionMode></DistributionSummary>"
    function = "".join(f"<{name}>{value}</{name}>" for name, value in redirect.items())
    function = f"<FunctionAssociation>{function}</FunctionAssociation>"
    aws.answer("cloudfront", "ListDistributions", body=changed(aws, ids, names, mode, function))
    return {
        "fail": {
            "edge-security/cloudfront-waf": [ids[name] for name in ("opened", "bare", "redirect", "api", "url", "idle")],
            "edge-security/waf-rate-rule": [own[0]],
            "edge-security/waf-baseline": [shared[0], own[0]],
            "edge-security/waf-logging": [shared[0], own[0]],
            "caching/static-behavior-cached": [ids["idle"]],
        },
        "pass": {
            "edge-security/cloudfront-waf": [ids["inheriting"], ids["guarded"]],
            "edge-security/waf-attached": [shared[0], own[0]],
            "edge-security/waf-rate-rule": [shared[0]],
        },
        "skip": {
            "edge-security/cloudfront-waf": [ids["empty"]],
            "caching/static-behavior-cached": [ids["redirect"], ids["api"], ids["url"]],
        },
    }


def distribution(aws: Account, name: str, domain: str, methods: list[str], acl: str = "") -> str:
    behavior = {
        "TargetOriginId": "one",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {"Quantity": len(methods), "Items": methods},
        "CachePolicyId": CACHING_DISABLED,
    }
    made = aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": f"{aws.id}-{name}",
            "Comment": name,
            "Enabled": True,
            "WebACLId": acl,
            "Origins": {"Quantity": 1, "Items": [{"Id": "one", "DomainName": domain, "CustomOriginConfig": custom()}]},
            "DefaultCacheBehavior": behavior,
            "Aliases": {"Quantity": 0},
        }
    )
    return str(made["Distribution"]["Id"])


def changed(aws: Account, ids: dict[str, str], tenant_only: tuple[str, ...], mode: str, function: str) -> str:
    """moto's list, with what it forgets: the mode of some distributions, and the function of one."""
    bodies: list[str] = []
    client = aws.session.client("cloudfront", "us-east-1", endpoint_url=aws.endpoint)
    client.meta.events.register(
        "after-call.cloudfront.ListDistributions", lambda http_response, **_: bodies.append(http_response.text)
    )
    client.list_distributions()
    pieces = bodies[0].split("<DistributionSummary>")
    for place, piece in enumerate(pieces):
        if any(f"<Id>{ids[name]}</Id>" in piece for name in tenant_only):
            pieces[place] = piece.replace("</DistributionSummary>", mode)
        if f"<Id>{ids['redirect']}</Id>" in piece:
            none = "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
            some = f"<FunctionAssociations><Quantity>1</Quantity><Items>{function}</Items></FunctionAssociations>"
            pieces[place] = piece.replace(none, some)
    return "<DistributionSummary>".join(pieces)


def tenant(aws: Account, of: str, name: str, acl: str) -> str:
    customized = f"<Customizations><WebAcl>{acl}</WebAcl></Customizations>" if acl else ""
    return (
        f"<DistributionTenantSummary><Id>dt_{name}</Id><DistributionId>{of}</DistributionId><Name>{name}</Name>"
        f"<Arn>arn:aws:cloudfront::{aws.id}:distribution-tenant/dt_{name}</Arn><Domains><member>"
        f"<Domain>{name}.example.com</Domain><Status>active</Status></member></Domains>{customized}"
        "<CreatedTime>2026-01-01T00:00:00Z</CreatedTime><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>"
        "<ETag>E1</ETag><Enabled>true</Enabled><Status>Deployed</Status></DistributionTenantSummary>"
    )


def listed(tenants: list[str]) -> str:
    return (
        '<?xml version="1.0"?><ListDistributionTenantsResult xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">'
        f"<DistributionTenantList>{''.join(tenants)}</DistributionTenantList></ListDistributionTenantsResult>"
    )
