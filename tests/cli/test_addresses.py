"""Addresses of the wrong kind: it is said what stands there, and which is the right one; nothing is sent."""

from dataclasses import dataclass

import pytest
from cli_harness.command import Cli, plain
from cli_harness.world import World
from job_escrow import platform_address, token_address
from job_escrow.chain import run
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import USDC_MINT, create_token_account
from job_escrow.transactions import Options, execute
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account
from solders.token import ID as TOKEN_PROGRAM_ID

_INITIALIZE_MINT_2, _INITIALIZE_ACCOUNT_3, _FREEZE = b"\x14", b"\x12", b"\x0a"
_RENT = 2_100_000


@dataclass(frozen=True)
class Places:
    """Addresses of every kind, as text."""

    alice: str
    bob: str
    nothing: str
    program: str
    platform: str
    credit_account: str
    vault: str
    mint: str
    other_mint: str
    own: str
    own_other: str
    second: str
    frozen: str
    bobs: str


def _made(payer: Keypair, key: Keypair, size: int, start: bytes, accounts: list[Pubkey]) -> list[Instruction]:
    new = CreateAccountParams(
        from_pubkey=payer.pubkey(), to_pubkey=key.pubkey(), lamports=_RENT, space=size, owner=TOKEN_PROGRAM_ID
    )
    named = [AccountMeta(each, is_signer=False, is_writable=each == key.pubkey()) for each in [key.pubkey(), *accounts]]
    return [create_account(new), Instruction(TOKEN_PROGRAM_ID, start, named)]


@pytest.fixture(scope="module")
def places(world: World) -> Places:
    stage = world.stage
    alice, bob, issuer = stage.cast.alice, stage.cast.bob, local_usdc_authority()
    mint, second, frozen = Keypair(), Keypair(), Keypair()
    account = _INITIALIZE_ACCOUNT_3 + bytes(alice.pubkey())
    steps = [
        *_made(alice, mint, 82, _INITIALIZE_MINT_2 + bytes([6]) + bytes(alice.pubkey()) + b"\0", []),
        create_token_account(payer=alice.pubkey(), owner=alice.pubkey(), mint=mint.pubkey()),
        *_made(alice, second, 165, account, [USDC_MINT]),
        *_made(alice, frozen, 165, account, [USDC_MINT]),
    ]
    freeze = Instruction(
        TOKEN_PROGRAM_ID,
        _FREEZE,
        [
            AccountMeta(frozen.pubkey(), is_signer=False, is_writable=True),
            AccountMeta(USDC_MINT, is_signer=False, is_writable=False),
            AccountMeta(issuer.pubkey(), is_signer=True, is_writable=False),
        ],
    )
    chain = stage.escrow.chain
    run(execute(steps, [alice, mint, second, frozen], Options()), chain)
    run(execute([freeze], [alice, issuer], Options()), chain)
    return Places(
        alice=str(alice.pubkey()),
        bob=str(bob.pubkey()),
        nothing=str(Keypair().pubkey()),
        program="1" * 32,
        platform=str(stage.platform),
        credit_account=str(stage.alice.address),
        vault=str(stage.alice.side.vault),
        mint=str(USDC_MINT),
        other_mint=str(mint.pubkey()),
        own=str(token_address(alice.pubkey(), USDC_MINT)),
        own_other=str(token_address(alice.pubkey(), mint.pubkey())),
        second=str(second.pubkey()),
        frozen=str(frozen.pubkey()),
        bobs=str(token_address(bob.pubkey(), USDC_MINT)),
    )


@pytest.fixture(scope="module")
def alice(world: World, places: Places, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    alice = world.acting(Cli(home=tmp_path_factory.mktemp("addresses")), "alice")
    alice.ok("open", "--buy", "200")
    return alice


def test_where_a_withdrawal_cannot_go(alice: Cli, places: Places) -> None:
    before = alice.json("balance")
    instead = f"leave --to away, which is {places.own}"
    for command in (("withdraw", "1"), ("close",)):
        for address, says in (
            (places.alice, f"is a wallet, and no token account of the mint {USDC_MINT}"),
            (places.alice, instead),
            (places.bob, f"the token account of {places.bob} is {places.bobs}"),
            (places.nothing, "is an address with nothing there, and no token account"),
            (places.program, "is a program, and no token account"),
            (places.mint, "is a mint, and no token account"),
            (places.platform, "is a platform, and no token account"),
            (places.credit_account, f"is the credit account of the wallet {places.alice}, and no token account"),
            (
                places.own_other,
                f"is a token account of the mint {places.other_mint}, which {places.alice} owns, not of",
            ),
            (places.vault, f"belongs to {places.credit_account}: tokens are paid out to token accounts of the wallet"),
            (places.bobs, f"belongs to {places.bob}: tokens are paid out to token accounts of the wallet itself only"),
            (places.frozen, "is frozen by the mint's authority, and nothing can be paid into it"),
        ):
            done = alice(*command, "--to", address)
            assert (done.code, says in done.error, f"eave --to away, which is {places.own}" in done.error) == (
                2,
                True,
                True,
            ), done
    assert alice.json("balance") == before
    assert alice.json("withdraw", "1", "--to", places.second)["destination"] == places.second


def test_what_nothing_can_be_recovered_from(alice: Cli, places: Places) -> None:
    for source, says in (
        (places.alice, "is a wallet, and no token account: name the one that the tokens are in"),
        (places.vault, "is the vault itself, whose tokens are the credits: job-escrow withdraw all"),
        (places.own, f"belongs to {places.alice}, not to the credit account {places.credit_account}"),
    ):
        done = alice("recover", source)
        assert (done.code, says in plain(done.error)) == (2, True), done


def test_a_wallet_that_is_none(world: World, alice: Cli, places: Places) -> None:
    operator = world.acting(Cli(home=alice.home), "operator")
    for command in (
        ("balance", places.credit_account),
        ("history", places.credit_account),
        ("jobs", places.credit_account),
        ("limits", "show", places.credit_account),
        ("deposit-address", places.credit_account),
        ("sync", places.credit_account),
        ("pay", "100", "--for", places.credit_account),
        ("buy", "100", "--for", places.credit_account),
    ):
        done = alice(*command)
        assert done.code == 2, done
        assert f"cannot be the wallet, since it is the credit account of the wallet {places.alice}" in done.error
    done = alice("balance", places.own)
    assert f"it is a token account of the mint {USDC_MINT}, which {places.alice} owns: name its owner" in done.error
    for asked in (
        ("grant", places.own, "5"),
        ("job", "lock", places.own, "--credits", "5"),
        ("job", "show", places.mint),
    ):
        done = operator(*asked)
        assert (done.code, "cannot be the wallet, since it is a" in done.error) == (2, True), done


def test_what_an_admin_cannot_name(world: World, alice: Cli, places: Places) -> None:
    admin = world.acting(Cli(home=alice.home), "admin")
    for command, says in (
        (("platform", "update", "--treasury", places.bob), f"--treasury {places.bobs}"),
        (("platform", "update", "--treasury", places.own_other), f"mint {places.other_mint}, which"),
        (("platform", "update", "--operator", places.own), "the operator, since it is a token account of the mint"),
        (("platform", "propose-admin", places.platform), "cannot be the new admin, since it is a platform"),
        (("platform", "payee", "add", places.own), f"name its owner, {places.alice}"),
        (("platform", "payee", "add", places.bob, "--token-account", places.bob), f"--token-account {places.bobs}"),
        (("platform", "payee", "add", places.bob, "--token-account", places.mint), "is a mint, and no token account"),
    ):
        done = admin(*command)
        assert (done.code, says in done.error) == (2, True), done
    create = ("platform", "create", "--preset", "decentral", "--name", "wrong")
    for option, address, says in (
        ("--mint", places.own, f"and not a mint: its mint is {USDC_MINT}"),
        ("--mint", places.nothing, "is an address with nothing there, and not a mint"),
        ("--treasury-owner", places.own, "cannot be the treasury's owner, since it is a token account"),
        ("--operator", places.credit_account, "cannot be the operator, since it is the credit account"),
    ):
        done = admin(*create, option, address)
        assert (done.code, says in done.error) == (2, True), done
    wrong = platform_address(world.stage.cast.admin.pubkey(), "wrong")
    assert wrong not in world.stage.escrow.platforms()


def test_a_platform_that_is_none(world: World, alice: Cli, places: Places) -> None:
    for address, what in (
        (places.alice, "a wallet"),
        (places.credit_account, f"the credit account of the wallet {places.alice}"),
        (places.mint, "a mint"),
    ):
        done = alice("balance", "--platform", address)
        assert (done.code, f"{address} is not a platform, but {what}: check --platform" in done.error) == (2, True)
