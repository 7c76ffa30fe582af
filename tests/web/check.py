"""Opens pages of the HTML report in a headless Chromium and checks one property of them.

    python tests/web/check.py harmless FOLDER
    python tests/web/check.py waived FOLDER path/to/waaudit

FOLDER has demo.html, 5000.html, 20000.html and hostile.html, and beside each the same report as JSON.
"""

import contextlib
import faulthandler
import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# A page of our own needs no sandbox, and a container offers none. Nothing of the browser's own goes to the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Slower than an empty page by so many times. What users wait for is in the output; this bound finds what is broken.
MOST_TIMES = 25
# Elements of the page. A name in an account brings none.
ELEMENTS = set(
    "html head meta title style body a header nav button main section p strong time h1 h2 h3 h4 div span "
    "svg rect path text tspan ol ul li table thead tbody tr th td figure figcaption details summary pre code dl dt dd footer script noscript label "
    "input select option datalist fieldset legend form".split()
)


class Tab:
    """A page with all that it said and asked for."""

    def __init__(self, page):
        self.page, self.seen = page, []
        page.on("console", lambda message: self.seen.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))
        page.on("dialog", self.dialog)
        page.on("request", self.request)
        page.add_init_script(
            "window.violations = [];"
            "addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));"
        )

    def dialog(self, dialog):
        self.seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def request(self, request):
        if not (request.is_navigation_request() and request.url.startswith("file://")):
            self.seen.append(f"request: {request.url[:200]}")

    def open(self, file, address="", wait=True):
        self.page.goto(f"{Path(file).resolve().as_uri()}{address}")
        if wait:
            self.page.wait_for_selector("#list [role=status]", timeout=60_000)
        return self.page

    def quiet(self):
        violations = self.page.evaluate("window.violations")
        assert not self.seen and not violations, (self.seen[:5], violations[:5])


@contextlib.contextmanager
def browser():
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        sys.exit("Chromium is missing, which opens the pages of the HTML report: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


def tab(chromium, **context):
    return Tab(chromium.new_context(**{"viewport": WIDE, "locale": "en-US"} | context).new_page())


def report(folder, name):
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def failing(of_report):
    return [finding for finding in of_report["findings"] if finding["verdict"] == "fail"]


def matching(page):
    """How many findings the page says match."""
    return int(re.match(r"[\d,]+", page.inner_text("#list [role=status]"))[0].replace(",", ""))


def until(page, holds):
    """Waits until an expression holds. The page's policy forbids the usual way, which evaluates text in the page."""
    deadline = time.monotonic() + 10
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, holds
        time.sleep(0.02)


def row(page, fingerprint):
    return page.locator(f'[id="finding-{fingerprint}"]')


def harmless(folder):
    """Pages say nothing, ask for nothing, break no policy, and hold no element that a name brought."""
    with browser() as chromium:
        for name in ["demo", "5000", "20000", "hostile"]:
            opened = tab(chromium)
            page = opened.open(folder / f"{name}.html")
            assert matching(page) == len(failing(report(folder, name))), name
            page.get_by_role("button", name=re.compile("^Show ")).click()
            for summary in page.locator("#list .finding summary").all()[:30]:
                summary.click()
            page.locator("input.mark").first.check()
            page.locator(".marks input[name=reason]").fill("</script><b>")
            page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
            elements, bad = page.evaluate(
                """() => {
                    const all = [...document.querySelectorAll("*")];
                    const names = [...new Set(all.map((element) => element.localName))];
                    const loads = /^(on.*|src|srcset|style|action|formaction)$/;
                    const bad = all.flatMap((element) => [...element.attributes].filter((one) => loads.test(one.name)
                        || (one.localName === "href" && !one.value.startsWith("#"))).map((one) => one.name));
                    return [names, bad];
                }"""
            )
            assert set(elements) <= ELEMENTS, (name, set(elements) - ELEMENTS)
            assert not bad, (name, bad[:5])
            opened.quiet()


def unscripted(folder):
    """Without a script the first screen, the matrix and the lists can be read."""
    with browser() as chromium:
        page = tab(chromium, java_script_enabled=False).open(folder / "demo.html", wait=False)
        found = report(folder, "demo")
        for selector in ["h1", ".number", ".ladder", ".cards"]:
            box = page.locator(selector).bounding_box()
            assert box and box["y"] + box["height"] <= WIDE["height"], (selector, box)
        text = " ".join(page.inner_text("main").split())
        outcomes = {zone["zone"] for zone in found["simulation"]["zones"]}
        assert outcomes and all(zone in text for zone in outcomes)
        for finding in failing(found):
            assert " ".join(finding["message"].split()) in text, finding["message"]


def accessible(folder):
    """axe finds nothing, in both colour schemes and widths, with a finding and the form of waivers open."""
    from axe_playwright_python.sync_playwright import Axe

    with browser() as chromium:
        for scheme in ["light", "dark"]:
            for viewport in [WIDE, NARROW]:
                page = tab(chromium, color_scheme=scheme, viewport=viewport).open(folder / "demo.html")
                page.locator("#list .finding summary").first.click()
                page.locator("input.mark").first.check()
                axe(Axe(), page, f"{scheme}, {viewport['width']}")
                overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert overflow <= 0, (viewport, overflow)
        page = tab(chromium, color_scheme="light").open(folder / "demo.html")
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.locator("#theme").click()
        page.locator("#theme").click()
        assert page.inner_text("#theme") == "Theme: dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        axe(Axe(), page, "dark by choice")
        page = tab(chromium, color_scheme="light").open(unscripted_copy(folder), wait=False)
        axe(Axe(), page, "without a script")


def beside(folder):
    """Pages of a difference and of a trend: silent, without a script of their own, and axe finds nothing."""
    from axe_playwright_python.sync_playwright import Axe

    with browser() as chromium:
        for name, shown in [("difference", "New failures"), ("trend", "account 123456789012")]:
            for scheme in ["light", "dark"]:
                opened = tab(chromium, color_scheme=scheme, viewport=NARROW)
                page = opened.open(folder / f"{name}.html", wait=False)
                assert shown in page.inner_text("main"), name
                axe(Axe(), page, f"{name}, {scheme}")
                overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert overflow <= 0, (name, overflow)
                opened.quiet()


def unscripted_copy(folder):
    """The demo's page as it is without a script. axe is one itself, and waits for timers: it needs a page that runs scripts."""
    page = re.sub("<script.*?</script>", "", (folder / "demo.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    copy = folder / "unscripted.html"
    copy.write_text(re.sub("</?noscript>", "", page), encoding="utf-8")
    return copy


def axe(axe, page, where):
    violations = axe.run(page).response["violations"]
    told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in violations]
    assert not told, (where, told)


def keyboard(folder):
    """A finding can be reached and opened by keys alone."""
    with browser() as chromium:
        page = tab(chromium).open(folder / "demo.html", "#verdict=fail")
        inside = "document.activeElement.matches('#list .finding summary')"
        presses = 0
        while not page.evaluate(inside):
            page.keyboard.press("Tab")
            presses += 1
            assert presses < 80, "no finding is reached"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.parentElement.open")


def linked(folder):
    """A link opens its finding, whatever the filters; filters are in the address, and mean what the report says."""
    found = report(folder, "demo")
    rules = {rule["id"]: rule for rule in found["rules"]}
    with browser() as chromium:
        failures = failing(found)
        for finding in [failures[0], failures[-1], next(one for one in found["findings"] if one["verdict"] == "pass")]:
            opened = tab(chromium)
            page = opened.open(folder / "demo.html", f"#finding={finding['fingerprint']}&area=async")
            expect(row(page, finding["fingerprint"]).locator("details")).to_have_attribute("open", "")
            expect(row(page, finding["fingerprint"])).to_be_in_viewport()
            opened.quiet()
        expected = {
            "area=cost": lambda one: one["verdict"] == "fail" and one["rule"].startswith("cost/"),
            "verdict=unknown,pass": lambda one: one["verdict"] in ("unknown", "pass"),
            "verdict=&severity=critical": lambda one: (one.get("severity") or rules[one["rule"]]["severity"]) == "critical",
            "verdict=&region=eu-central-1": lambda one: one["resource"]["region"] == "eu-central-1",
            "verdict=&stage=launch": lambda one: rules[one["rule"]]["stage"] == "launch",
            "verdict=&tag=Environment": lambda one: "Environment" in (one["resource"]["tags"] or {}),
            "verdict=&rule=multi-az/rds-instance": lambda one: one["rule"] == "multi-az/rds-instance",
        }
        page = tab(chromium).open(folder / "demo.html")
        for address, wanted in expected.items():
            page.evaluate("(hash) => { location.hash = hash; }", address)
            count = sum(map(wanted, found["findings"]))
            assert count > 0, address
            expect(page.locator("#list [role=status]")).to_have_text(re.compile(f"^{count} of "))
        page.get_by_role("button", name="Failures only").click()
        page.get_by_role("searchbox").fill("orders-db")
        page.locator(".box.high input").check()
        until(page, "location.hash === '#search=orders-db&severity=high'")
        count, address = matching(page), page.evaluate("location.hash")
        assert 0 < count < len(failures), count
        again = tab(chromium).open(folder / "demo.html", address)
        assert matching(again) == count
        again.locator("#list .finding summary").first.click()
        again.get_by_role("button", name="Copy link").click()
        expect(again.get_by_role("button", name="Copied")).to_be_visible()


def waived(folder, waaudit):
    """What was marked is waived by the exported file, and nothing else."""
    with browser() as chromium:
        for name, source in [("demo", ["--demo"]), ("hostile", ["--snapshot", str(folder / "hostile.snapshot.json")])]:
            before = failing(report(folder, name))
            # From three rules, and not all failures of each.
            rules = [rule for rule, count in Counter(one["rule"] for one in before).items() if count > 1][:3]
            marked = [next(one for one in before if one["rule"] == rule) for rule in rules]
            exported = folder / f"{name}.waivers.toml"
            exported.write_bytes(export(tab(chromium), folder / f"{name}.html", marked))
            after = scan(waaudit, folder, [*source, "--waivers", str(exported)])
            verdicts = {one["fingerprint"]: one["verdict"] for one in after["findings"]}
            turned = {one["fingerprint"] for one in before if verdicts[one["fingerprint"]] == "waived"}
            assert turned == {one["fingerprint"] for one in marked}, (name, len(turned), len(marked))
            assert not [one for one in after["diagnostics"] if "waiver" in one["code"]], after["diagnostics"]


def export(opened, file, marked):
    """The waivers file of these findings. Reason, owner and last day are required."""
    page = opened.open(file)
    for finding in marked:
        page.evaluate("(hash) => { location.hash = hash; }", f"finding={finding['fingerprint']}")
        row(page, finding["fingerprint"]).locator("input.mark").check()
    write = page.get_by_role("button", name="Write waivers")
    given = {"reason": 'moves "soon" \\ in May', "owner": " ", "until": "2099-12-31"}
    for field, value in given.items():
        write.click()
        assert page.locator(".file").count() == 0, f"written without {field}"
        page.locator(f".marks input[name={field}]").fill(value)
    write.click()
    assert page.locator(".file").count() == 0, "written with an owner of white space"
    page.locator(".marks input[name=owner]").fill("platform team")
    write.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download waivers.toml").click()
    opened.quiet()
    return Path(download.value.path()).read_bytes()


def scan(waaudit, folder, more):
    output = folder / "waived.json"
    command = [waaudit, "scan", *more, "--format", "json", "--output", str(output), "--quiet"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return json.loads(output.read_text(encoding="utf-8"))


def printed(folder):
    """On paper, in landscape: every finding that matches, whole, and no other; nothing is cut off."""
    import pypdf

    found = report(folder, "demo")
    areas = {"": failing(found), "#area=recovery": [one for one in failing(found) if one["rule"].startswith("recovery/")]}
    with browser() as chromium:
        for address, expected in areas.items():
            page = tab(chromium).open(folder / "demo.html", address)
            file = folder / "printed.pdf"
            page.pdf(path=file, prefer_css_page_size=True)
            pages = pypdf.PdfReader(file).pages
            assert all(one.mediabox.width > one.mediabox.height for one in pages)
            text = re.sub(r"\s", "", "".join(one.extract_text() for one in pages))
            shown = {one["fingerprint"] for one in found["findings"] if one["fingerprint"] in text}
            assert shown == {one["fingerprint"] for one in expected}, (address, len(shown), len(expected))
            print(f"{address or 'all failures'}: {len(pages)} pages")
        # The printable width of A4 in landscape: 273 mm of 96 px to the inch.
        page = tab(chromium, viewport={"width": 1031, "height": 700}).open(folder / "demo.html")
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        cut = page.evaluate(
            """() => [...document.querySelectorAll("main *")].filter((element) => {
                const box = element.getBoundingClientRect();
                return box.width > 1 && box.right > innerWidth + 1;
            }).map((element) => `${element.localName}.${element.className}`)"""
        )
        assert not cut, cut[:5]


def swift(folder):
    """First paint, filter and search of 5,000 findings, against the first paint of an empty page."""
    empty = folder / "empty.html"
    empty.write_text("<!doctype html><title>empty</title><p>empty</p>", encoding="utf-8")
    with browser() as chromium:
        base = min(painted(chromium, empty) for _ in range(5))
        paint = min(painted(chromium, folder / "5000.html") for _ in range(3))
        page = tab(chromium).open(folder / "5000.html")
        times = {"first paint": paint}
        times["filter"] = took(page, "[...document.querySelectorAll('.box input')].find((box) => !box.checked).click()")
        times["search"] = took(
            page,
            "(() => { const field = document.querySelector('.search input'); field.value = 'orders-db';"
            "field.dispatchEvent(new Event('input', { bubbles: true })); })()",
        )
        print(f"empty page: {base:.0f} ms")
        for what, milliseconds in times.items():
            print(f"{what}: {milliseconds:.0f} ms, {milliseconds / base:.1f} times an empty page")
            assert milliseconds < MOST_TIMES * base, what


def painted(chromium, file):
    page = tab(chromium).open(file, wait=False)
    until(page, "performance.getEntriesByName('first-contentful-paint').length > 0")
    return page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")


def took(page, action):
    """Milliseconds until the browser has drawn what follows of an action."""
    before = json.dumps(page.inner_text("#list [role=status]"))
    spent = page.evaluate(
        f"""() => new Promise((done) => {{
            const start = performance.now();
            {action};
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
        }})"""
    )
    until(page, f"document.querySelector('#list [role=status]').innerText !== {before}")
    return spent


ALL = [harmless, unscripted, accessible, beside, keyboard, linked, waived, printed, swift]
CHECKS = {check.__name__: check for check in ALL}

# A browser that never answers ends a check with the place where it waits.
MOST_SECONDS = 900

if __name__ == "__main__":
    faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
    name, folder, *more = sys.argv[1:]
    CHECKS[name](Path(folder), *more)
