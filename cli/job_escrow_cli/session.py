"""What a command works with: the chain, the keys, the platform, each opened when it is first asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn, cast

from job_escrow.addresses import credit_address, namespace_bytes, platform_address
from job_escrow.codec import PROGRAM_ID, DecodeError, Platform
from solders.pubkey import Pubkey

from job_escrow_cli.clusters import Cluster, cluster_of, is_local
from job_escrow_cli.failures import UsageError
from job_escrow_cli.keypairs import read_keypair
from job_escrow_cli.money import Money, money_of
from job_escrow_cli.node import NodeChain
from job_escrow_cli.settings import Settings, settings_of

if TYPE_CHECKING:
    import typer
    from job_escrow.chain.requests import AccountInfo, Commitment
    from job_escrow.errors import NotFound
    from job_escrow.escrow import Escrow
    from job_escrow.parties import Admin, Anyone, Operator, Wallet
    from job_escrow.transactions import Options
    from solders.keypair import Keypair


_BEGUN_ANEW = ". A local chain that was begun anew has nothing of what was there before: job-escrow init"


class Session:
    """One run of a command."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rent = 0
        """Lamports of rent that the command is about to lock up."""
        self.needed = 0
        """Base units of the mint that the command is about to spend."""
        self.withdraws = False
        """Whether the command pays credits out: then too few are no reason to buy more."""
        commitment = cast("Commitment", settings.commitment.value)
        self.chain = NodeChain(settings.url.value, commitment=commitment, timeout=settings.timeout)

    @cached_property
    def cluster(self) -> Cluster:
        """Which chain it is, by its genesis hash."""
        return cluster_of(self.chain.genesis_hash(), self.settings.url.value)

    @cached_property
    def signer(self) -> "Keypair":
        """The key that signs. Raises KeypairError."""
        return read_keypair(self.settings.keypair.value)

    @cached_property
    def fee_payer(self) -> "Keypair":
        """The key that pays fees and rents. Raises KeypairError."""
        return self.signer if self.settings.fee_payer is None else read_keypair(self.settings.fee_payer)

    @cached_property
    def options(self) -> "Options":
        """How transactions are sent."""
        from job_escrow.transactions import Options

        return Options(
            commitment=cast("Commitment", self.settings.commitment.value),
            compute_unit_price="auto" if self.settings.priority_fee is None else self.settings.priority_fee,
            fee_payer=None if self.settings.fee_payer is None else self.fee_payer,
        )

    @cached_property
    def escrow(self) -> "Escrow":
        """The program on this chain."""
        from job_escrow.escrow import Escrow

        return Escrow(self.chain, self.options)

    @property
    def wallet(self) -> "Wallet":
        """The signer as a wallet holder of the platform."""
        return self.escrow.wallet(
            self.signer, self.platform_key, namespace=self.settings.namespace.value, mint=self.platform.mint
        )

    @property
    def operator(self) -> "Operator":
        """The signer as the platform's operator."""
        return self.escrow.operator(self.signer, self.platform_key)

    @property
    def admin(self) -> "Admin":
        """The signer as the platform's admin."""
        return self.escrow.admin(self.signer, self.platform_key)

    @property
    def anyone(self) -> "Anyone":
        """The signer as anybody."""
        return self.escrow.anyone(self.signer)

    @cached_property
    def platform_key(self) -> Pubkey:
        """The platform's address. Raises UsageError where none is set."""
        setting = self.settings.platform
        if not setting.value:
            raise UsageError(
                "no platform is named: give --platform ADDRESS or CREATOR/NAME, "
                "or set it once with: job-escrow config set platform ADDRESS"
            )
        creator, slash, name = setting.value.partition("/")
        if slash:
            return platform_address(parse_address(creator, "the platform's creator"), name)
        return parse_address(setting.value, f"the platform (from {setting.source})")

    @cached_property
    def platform(self) -> Platform:
        """The platform, from the chain. Raises NotFound."""
        info, program = self.chain.accounts([self.platform_key, PROGRAM_ID])
        return self.platform_of(info, program)

    @cached_property
    def money(self) -> Money:
        """What the platform's credits are bought with."""
        of = self.platform
        return money_of(of.mint, of.decimals, of.base_units_per_credit, lambda: self.cluster.name is None)

    @cached_property
    def namespace(self) -> bytes:
        """The namespace, as addresses are derived from it. Raises ValueError."""
        return namespace_bytes(self.settings.namespace.value)

    def owner(self, wallet: str | None) -> Pubkey:
        """The wallet that a command is about: the one named, or the signer's own."""
        return self.signer.pubkey() if wallet is None else parse_address(wallet, "the wallet")

    def check_wallet(self, wallet: Pubkey) -> None:
        """Refuse an address that is no wallet's, such as that of a credit account. Raises UsageError."""
        from job_escrow_cli.standing import checked_wallet

        checked_wallet(self, wallet, "the wallet")

    def credit_account_key(self, wallet: Pubkey) -> Pubkey:
        """The address of a wallet's credit account."""
        return credit_address(self.platform_key, wallet, self.namespace)

    def platform_of(self, info: "AccountInfo | None", program: "AccountInfo | None") -> Platform:
        """The platform in what the chain has at its address. Raises NotFound, saying what is missing."""
        if program is None:
            self.no_program()
        if info is None:
            raise _not_found(
                f"there is no platform at {self.platform_key} on {self.cluster}: check --platform, and --url"
                + (_BEGUN_ANEW if is_local(self.settings.url.value) else "")
            )
        try:
            if info.owner == PROGRAM_ID:
                return Platform.decode(info.data)
        except DecodeError:
            pass
        from job_escrow_cli.standing import standing

        raise UsageError(f"{self.platform_key} is not a platform, but {standing(info)}: check --platform")

    def no_program(self) -> NoReturn:
        """Say that the program is not there."""
        raise _not_found(
            f"the program {PROGRAM_ID} is not deployed on {self.cluster}: check --url. "
            "A chain that has it: job-escrow localnet, then --url localhost"
        )

    def no_account(self, wallet: Pubkey, address: Pubkey) -> NoReturn:
        """Say that a wallet has no credit account, or that it is no wallet."""
        self.check_wallet(wallet)
        namespace = f" in the namespace {self.settings.namespace.value!r}" if self.settings.namespace.value else ""
        raise _not_found(
            f"the wallet {wallet} has no credit account on this platform{namespace} yet (it would be {address}): "
            "open it with: job-escrow open"
        )


@contextmanager
def opened(context: "typer.Context") -> Iterator[Session]:
    """A session for the length of a block; what goes wrong in it is explained with what the chain says."""
    session = Session(settings_of(context))
    try:
        yield session
    except Exception as error:
        from job_escrow_cli.remedies import explained

        better = explained(error, session)
        if better is error:
            raise
        raise better from error
    finally:
        session.chain.close()


def _not_found(text: str) -> "NotFound":
    # Imported late: what explains refusals is not needed where nothing is refused.
    from job_escrow.errors import NotFound

    return NotFound(text)


def parse_address(text: str, what: str) -> Pubkey:
    """An address. Raises UsageError where it is none."""
    try:
        return Pubkey.from_string(text.strip())
    except ValueError as error:
        raise UsageError(
            f"{text!r} is not an address for {what}: an address is 32 to 44 letters and digits of base58"
        ) from error
