"""The TypeScript client of the API as its users get it: what is packed, its own tests, its README, and pages."""

import json
import re
import time
from pathlib import Path

from api_harness.people import new_customer, new_key
from api_harness.server import Server
from api_harness.typescript import PACKAGE, Driver, TypescriptClient, compile_programs, run
from escrow_harness.stage import Stage
from job_escrow_client import JobView, LockRequest, SettleRequest
from support.openapi import kept_document


def test_the_package_holds_its_modules_and_needs_no_other(typescript_client: Path) -> None:
    package = typescript_client / "node_modules" / "job-escrow-client"
    names = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    modules = {path.stem for path in (PACKAGE / "src").glob("*.ts")}
    compiled = {f"dist/{module}.{kind}" for module in modules for kind in ("js", "d.ts")}
    assert names == compiled | {"dist/LICENSE", "LICENSE", "README.md", "package.json"}
    manifest = json.loads((package / "package.json").read_text())
    assert not {"dependencies", "peerDependencies", "optionalDependencies"} & set(manifest)
    assert manifest["version"] == kept_document()["info"]["version"]
    assert all("node:" not in path.read_text() for path in (package / "dist").glob("*.js"))


def test_its_own_tests_pass(typescript_client: Path) -> None:
    said = run(["node", "--test", "--test-reporter=tap", "out/client.test.js"], typescript_client)
    assert re.search(r"^# pass \d\d$", said, re.MULTILINE), said


def test_it_has_a_method_for_each_operation_and_an_iterator_for_each_list_in_pages(typescript_client: Path) -> None:
    program = (
        'import { Client } from "job-escrow-client"; console.log(Object.getOwnPropertyNames(Client.prototype).join())'
    )
    names = set(run(["node", "--input-type=module", "-e", program], typescript_client).strip().split(","))
    operations = [each for methods in kept_document()["paths"].values() for each in methods.values()]
    paged = [each for each in operations if "cursor" in {one["name"] for one in each.get("parameters", ())}]
    iterators = {re.sub("^[a-z]+", "iterate", each["operationId"]) for each in paged}
    assert names == {"constructor", *(each["operationId"] for each in operations), *iterators}
    assert len(iterators) == len(paged) > 3


def test_a_list_in_pages_has_every_entry_once(typescript: Driver, server: Server, stage: Stage) -> None:
    with server.http() as http:
        operator = new_key(http, stage.cast.operator, scopes=["operator"])
        key = new_key(http, new_customer(stage, 1_000).side.signer, scopes=["read", "spend", "manage"])
    client = TypescriptClient(typescript, server.url, operator)
    name = f"pages-{time.monotonic_ns()}"
    lock = LockRequest(customer_key=key, credits=10)
    made = [client.lock_job(lock, idempotency_key=f"{name}-{number}").id for number in range(5)]
    owner = TypescriptClient(typescript, server.url, key)
    found = owner.ask("iterateJobs", (), {"limit": 2}, list[JobView])
    assert [each.id for each in found] == made[::-1]
    for job in made:
        client.settle_job(job, SettleRequest(credits=0))


def test_the_readme_runs(typescript_client: Path, server: Server, stage: Stage) -> None:
    """Its lines as they stand, but for the server, the keys, and a model that the platform of the tests has not."""
    (example,) = re.findall(r"```ts\n(.*?)```", (PACKAGE / "README.md").read_text(), re.DOTALL)
    with server.http() as http:
        operator = new_key(http, stage.cast.operator, scopes=["operator"])
    names = []
    for credits, units in ((1_000, "2_400"), (100, "150_000")):
        with server.http() as http:
            key = new_key(http, new_customer(stage, credits).side.signer, scopes=["read", "spend", "manage"])
        program = example
        for there, here in (
            ("https://credits.example", server.url),
            ('{ key: "jek_…"', f'{{ key: "{operator}"'),
            ('customer_key: "jek_…"', f'customer_key: "{key}"'),
            ('model: "example-large"', 'tier: "lite"'),
            ("2_400", units),
            ("completion-7f3a", f"readme-{time.monotonic_ns()}"),
        ):
            assert program.count(there) == 1, there
            program = program.replace(there, here)
        names.append(f"readme_of_{credits}")
        (typescript_client / f"{names[-1]}.ts").write_text(program)
    compile_programs(typescript_client)
    said = [run(["node", f"out/{name}.js"], typescript_client) for name in names]
    assert re.fullmatch(r"\d+ credits of \d+\n", said[0])
    assert said[1].startswith("Add credits with the link in `top_up`, then try again. solana:")
