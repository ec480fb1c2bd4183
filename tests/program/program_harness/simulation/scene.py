"""Who takes part: two platforms, three wallets, two namespaces, a payee, and a stranger."""

from dataclasses import replace
from itertools import product

from job_escrow import codec
from job_escrow.addresses import token_address
from job_escrow.codec import Pack, TierArgs
from job_escrow.presets import Preset, load_preset
from solders.pubkey import Pubkey

from program_harness import calls_of_admin, tokens
from program_harness.keys import Key
from program_harness.machine import Machine
from program_harness.model.ledger import Model
from program_harness.model.platform import PlatformModel
from program_harness.parties import Credit, Platform
from program_harness.world import PLENTY, World

NAMESPACES = (bytes(16), b"team".ljust(16, b"\0"))
POOR = 7_000_000
PROMOTION = 3_000_000
"""Base units that a platform's promotion has: soon not enough, until some of it comes back."""
PACKS = (Pack(credits=125, bonus_credits=25), Pack(credits=7, bonus_credits=2), Pack(credits=1, bonus_credits=1))


def cheap_terms() -> Preset:
    """Prices below a cent, a fee, short jobs and a short notice; the last slot has no flat price."""
    rates = ((3, 10, 7), (0, 0, 1), (1, 0, 1_000))
    tiers = tuple(
        TierArgs(
            name=f"tier {index}".encode().ljust(16, b"\0"),
            flat_credits=flat,
            included_units=included,
            rate_credits=rate,
            rate_units=1_000,
            unit_kind=index,
        )
        for index, (flat, included, rate) in enumerate(rates)
    )
    return replace(
        load_preset("decentral"),
        name="cheap",
        base_units_per_credit=3,
        min_purchase=1,
        max_job_seconds=1_000,
        notice_seconds=60,
        payee_notice_seconds=2,
        fee_bps=333,
        tiers=tiers,
    )


class Scene:
    """The parties, on a chain and in the model. One key is a wallet and the second platform's operator."""

    def __init__(self, machine: Machine | None = None) -> None:
        self.world = World(verify=False, machine=machine)
        machine = self.world.machine
        self.model = Model(machine.now)
        self.wallets = [
            self.world.wallet("first"),
            self.world.wallet("second"),
            self.world.wallet("poor", base_units=POOR),
        ]
        terms = replace(load_preset("decentral"), fee_bps=1_000, notice_seconds=100, payee_notice_seconds=5)
        self.platforms = [
            self.world.create_platform(terms),
            self.world.create_platform(cheap_terms(), operator="second", admin="second admin"),
        ]
        self.admins = [*(platform.admin for platform in self.platforms), self.world.person("third admin")]
        self.payee = self.world.wallet("payee", base_units=0)
        self.payees_tokens = tokens.fund(machine, self.payee.pubkey(), 0)
        self.stranger = self.world.wallet("stranger")
        self.granter = self.world.wallet("granter")
        tokens.fund(machine, self.platforms[0].operator.pubkey(), PLENTY)
        self.credits = [
            Credit(platform, wallet, namespace)
            for platform, wallet, namespace in product(self.platforms, self.wallets, NAMESPACES)
        ]
        for platform in self.platforms:
            self._adopt(platform)
        for key in (*self.wallets, self.stranger, self.granter, self.payee, self.platforms[0].operator):
            self._track(token_address(key.pubkey(), self.platforms[0].mint))

    def tokens_of(self, key: Key) -> Pubkey:
        """The token account that somebody pays from."""
        return token_address(key.pubkey(), self.platforms[0].mint)

    def _adopt(self, platform: Platform) -> None:
        self.world.do(calls_of_admin.register_payee(platform, self.payee.pubkey(), self.payees_tokens))
        self.world.do(calls_of_admin.open_promotion(platform))
        for index, pack in enumerate(PACKS):
            self.world.do(calls_of_admin.set_pack(platform, index, pack))
        tokens.fund(self.world.machine, platform.address, PROMOTION)
        registration = calls_of_admin.payee_address(platform.address, self.payee.pubkey())
        usable_from = codec.Payee.decode(self.world.machine.data(registration)).usable_from
        created = codec.Platform.decode(self.world.machine.data(platform.address))
        model = self.model.platforms[platform.address] = PlatformModel.of(platform, created)
        registered_at = usable_from - created.payee_notice_seconds
        model.register_payee(self.payee.pubkey(), platform.admin.pubkey(), registered_at)
        self._track(platform.treasury)
        self._track(platform.promotion)

    def _track(self, address: Pubkey) -> None:
        self.model.tokens[address] = tokens.amount_of(self.world.machine, address)
