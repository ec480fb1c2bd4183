"""The public API: what is in `__all__` is there, documented, typed and frozen, and the exception tree is true."""

import dataclasses
import inspect
import re
from pathlib import Path
from typing import Any, get_type_hints

import job_escrow
import pytest
from job_escrow import EscrowError, errors, parties
from job_escrow.amounts import InvalidAmount
from job_escrow.chain import ChainError
from mypy import api

_NAMES = sorted(job_escrow.__all__)
_CLASSES = [name for name in _NAMES if inspect.isclass(getattr(job_escrow, name))]
_SESSIONS = ["CreditSession", "CreditRequest", "AsyncCreditSession", "AsyncCreditRequest", "SessionStore"]
_PARTIES = [name for name in _CLASSES if getattr(job_escrow, name).__module__ == parties.__name__]


def test_names_are_sorted_and_there() -> None:
    assert len(set(_NAMES)) == len(job_escrow.__all__)
    for name in _NAMES:
        assert getattr(job_escrow, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(job_escrow, "nothing")  # noqa: B009  (mypy knows that it is not there)


@pytest.mark.parametrize("name", [name for name in _NAMES if callable(getattr(job_escrow, name))])
def test_every_name_is_documented(name: str) -> None:
    thing = getattr(job_escrow, name)
    if name in ("AnySigner", "KeeperNews"):
        pytest.skip("an alias of documented names")
    doc = inspect.getdoc(thing)
    assert doc, name
    # Not what `dataclass` writes where there is none.
    assert not doc.startswith(f"{name}("), name


@pytest.mark.parametrize(
    "name", [*_PARTIES, "Escrow", "AsyncEscrow", "JobSession", "AsyncJobSession", "SpendCap", *_SESSIONS]
)
def test_every_method_is_documented_and_typed(name: str) -> None:
    members = inspect.getmembers(getattr(job_escrow, name))
    for method, member in members:
        if method.startswith("_") or isinstance(member, (int, float, str)):
            continue
        assert inspect.getdoc(member), f"{name}.{method}"
        if inspect.isfunction(member):
            assert "return" in inspect.unwrap(member).__annotations__, f"{name}.{method}"


@pytest.mark.parametrize("name", [name for name in _CLASSES if dataclasses.is_dataclass(getattr(job_escrow, name))])
def test_dataclasses_are_frozen(name: str) -> None:
    kind: Any = getattr(job_escrow, name)
    assert kind.__dataclass_params__.frozen


def test_keys_are_not_shown() -> None:
    from job_escrow import Escrow, Options
    from job_escrow.testing.embedded import embedded_chain
    from solders.keypair import Keypair

    key = Keypair()
    options = Options(fee_payer=key)
    escrow = Escrow(embedded_chain(), options)
    for shown in (repr(options), repr(escrow.operator(key, key.pubkey())), repr(escrow.wallet(key, key.pubkey()))):
        assert str(key) not in shown
        assert "Keypair" not in shown


def test_the_tree_of_errors_is_true() -> None:
    """The docstring of the module draws the classes as they derive from each other, and says what to do."""
    doc = inspect.getdoc(errors)
    assert doc is not None
    tree, _, rest = doc.partition("\n\n")[2].partition("\n\n")
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in tree.splitlines():
        found = re.fullmatch(r"([│├└─ ]*)(\w+)( +\S.*)?", line)
        assert found is not None, line
        depth = len(found[1]) // 4
        above[depth:] = [found[2]]
        drawn[found[2]] = above[depth - 1] if depth else "Exception"
        assert depth == 0 or found[3], f"{found[2]} says nothing"
    there = {
        name: kind.__bases__[0].__name__
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, EscrowError)
    }
    assert drawn == there
    assert set(there) <= {*errors.__all__, "EscrowError"}
    assert set(there) <= set(job_escrow.__all__)
    assert issubclass(InvalidAmount, ValueError)
    assert not issubclass(ChainError, EscrowError)
    assert "InvalidAmount" in rest
    assert "ChainError" in rest


def test_hints_can_be_resolved() -> None:
    for name in ("Options", "LockTerms", "Receipt", "JobOutcome", "KeeperPlan", "SettlementResult"):
        assert get_type_hints(getattr(job_escrow, name))


_PROGRAM = """
from typing import assert_type
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
import job_escrow as je
from job_escrow.receipts import SessionReceipt

class Kms:
    def pubkey(self) -> Pubkey:
        return Pubkey.default()

    async def sign_message(self, message: bytes) -> Signature:
        return Signature.default()

def blocking(key: Keypair, place: Pubkey, terms: je.LockTerms) -> None:
    with je.Escrow.connect("http://localhost:8899", je.Options(compute_unit_price="auto")) as escrow:
        wallet = escrow.wallet(key, place)
        assert_type(wallet.purchase(100), je.Receipt)
        assert_type(wallet.balance(), je.Balance)
        assert_type(escrow.history(place), je.HistoryPage)
        assert_type(escrow.jobs(platform=place), dict[Pubkey, je.Job])
        with escrow.operator(key, place).job(place, terms) as job:
            assert_type(job, je.JobSession)
            assert_type(job.settle_so_far(), je.Receipt | None)
        with je.SessionStore("sessions.db") as store, escrow.operator(key, place).session(place, store) as session:
            with session.request(1, 500) as request:
                assert_type(request.settle(1), SessionReceipt)
        assert_type(escrow.operator(key, place).settle_many([]), list[je.SettlementResult])
        assert_type(escrow.anyone(key).keep_once(), je.KeeperRound)

async def awaited(place: Pubkey, terms: je.LockTerms) -> None:
    async with je.AsyncEscrow.connect("http://localhost:8899") as escrow:
        assert_type(await escrow.wallet(Kms(), place).withdraw(), je.Receipt)
        async with escrow.operator(Kms(), place).job(place, terms) as job:
            assert_type(job, je.AsyncJobSession)
            assert_type(job.outcome, je.JobOutcome | None)
        with je.SessionStore("sessions.db") as store:
            async with escrow.operator(Kms(), place).session(place, store, je.SessionPolicy(credits=5)) as session:
                async with session.request(1, 500, model="llama") as request:
                    assert_type(await request.settle(1), SessionReceipt)
"""

_WRONG = {
    "a float of money": 'je.Escrow.connect("").wallet(Keypair(), place).purchase(1.5)',
    "an amount that is text": 'je.Escrow.connect("").anyone(Keypair()).purchase_for(place, "100")',
    "a key that is awaited in a blocking program": 'je.Escrow.connect("").operator(Kms(), place)',
    "a method that there is not": 'je.Escrow.connect("").admin(Keypair(), place).settle(place, 1, 1)',
    "a price that there is not": 'je.Options(compute_unit_price="fast")',
}


def test_a_program_of_the_public_api_has_types(tmp_path: Path) -> None:
    """As an application sees it: the types are there, and what is wrong is seen before it runs."""
    wrong = [f"def wrong_{index}(place: Pubkey) -> None:\n    {line}\n" for index, line in enumerate(_WRONG.values())]
    source = tmp_path / "application.py"
    source.write_text("\n".join([_PROGRAM, *wrong]))
    config = Path(__file__).parents[2] / "pyproject.toml"
    cache = config.parent / ".mypy_cache" / "api"
    shown, _, _ = api.run(["--strict", f"--config-file={config}", f"--cache-dir={cache}", str(source)])
    found = [line for line in shown.splitlines() if ": error: " in line]
    first = _PROGRAM.count("\n") + 1
    assert all(int(line.split(":")[1]) > first for line in found if "application.py" in line), shown
    assert len(found) == len(_WRONG), shown
