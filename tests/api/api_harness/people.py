"""Who plays: a platform, its operator, and customers with credits, on a local chain; and how they get keys."""

import base64
from typing import Any

import httpx2
from escrow_harness.stage import Stage, set_stage
from job_escrow import Escrow, LimitsArgs, Wallet, token_address
from job_escrow.chain import run
from job_escrow.chain.requests import GetSignatureStatus, Pause, RequestAirdrop, Send
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import USDC_MINT, create_token_account, mint_to
from job_escrow.transactions import execute
from solders.keypair import Keypair
from solders.transaction import Transaction, VersionedTransaction

LIMITS = LimitsArgs(
    credits_per_job=200, credits_per_session=0, credits_per_period=5_000, period_seconds=86_400, quoted_allowed=True
)


def stage_with_accounts(escrow: Escrow) -> Stage:
    """Alice has 1,420 credits in the default namespace, Bob 500 in `research`."""
    stage = set_stage(escrow)
    escrow.create_platform(stage.cast.admin, stage.terms)
    stage.alice.open(LIMITS, buy=1_420)
    stage.bob.open(LIMITS, buy=500)
    return stage


def sign_in(http: httpx2.Client, wallet: object, **terms: Any) -> httpx2.Response:
    """Ask for a challenge, sign it, and make the key."""
    assert isinstance(wallet, Keypair)
    asked: dict[str, Any] = {"wallet": str(wallet.pubkey()), "name": "test", **terms}
    challenge = http.post("/keys/challenges", json=asked)
    if challenge.status_code != 200:
        return challenge
    made = challenge.json()
    signature = str(wallet.sign_message(made["message"].encode()))
    proof = {"nonce": made["nonce"], "issued_at": made["issued_at"], "signature": signature}
    return http.post("/keys", json=asked | proof)


def new_key(http: httpx2.Client, wallet: object, **terms: Any) -> str:
    """A key's text."""
    made = sign_in(http, wallet, **terms)
    assert made.status_code == 201, made.text
    key: str = made.json()["key"]
    return key


def new_customer(stage: Stage, credits: int) -> Wallet:
    """A wallet that nobody else uses, with credits and the usual limits."""
    keypair = Keypair()
    escrow = stage.escrow
    signature = escrow.chain.answer(RequestAirdrop(keypair.pubkey(), 1_000_000_000))
    authority = local_usdc_authority()
    owner = keypair.pubkey()
    steps = [
        create_token_account(payer=authority.pubkey(), owner=owner, mint=USDC_MINT),
        mint_to(
            mint=USDC_MINT,
            destination=token_address(owner, USDC_MINT),
            authority=authority.pubkey(),
            base_units=100_000_000,
        ),
    ]
    run(execute(steps, [authority], escrow.options), escrow.chain)
    while escrow.chain.answer(GetSignatureStatus(signature)) is None:
        escrow.chain.answer(Pause(0.05))
    wallet = escrow.wallet(keypair, stage.platform)
    if credits:
        wallet.open(LIMITS, buy=credits)
    return wallet


def signed_and_sent(stage: Stage, transaction: str, signer: Keypair) -> None:
    """Sign what the server made, as a wallet would, and wait until it has landed."""
    unsigned = Transaction.from_bytes(base64.b64decode(transaction))
    signed = VersionedTransaction(unsigned.message, [signer])
    stage.escrow.chain.answer(Send(signed))
    while (status := stage.escrow.chain.answer(GetSignatureStatus(signed.signatures[0]))) is None:
        stage.escrow.chain.answer(Pause(0.05))
    assert status.error is None
