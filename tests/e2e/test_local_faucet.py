"""Funds for local chains, and a clear answer where there are none."""

import pytest
from job_escrow import ChainError, Escrow, token_address
from job_escrow.chain import Chain
from job_escrow.chain.requests import GetAccounts
from job_escrow.testing.embedded import embedded_chain
from job_escrow.testing.faucet import fund
from job_escrow.testing.litesvm import LiteSvmChain
from job_escrow.tokens import USDC_MINT, token_amount
from solders.keypair import Keypair


def _fund_twice(chain: Chain) -> None:
    address = Keypair().pubkey()
    fund(chain, address, usdc=25_000_000)
    fund(chain, address, lamports=1, usdc=1)
    account, tokens = chain.answer(GetAccounts([address, token_address(address, USDC_MINT)]))
    assert account is not None
    assert account.lamports == 2_000_000_001
    assert token_amount(tokens) == 25_000_001


def test_anybody_gets_sol_and_usdc_in_process() -> None:
    _fund_twice(embedded_chain())


def test_anybody_gets_sol_and_usdc_on_the_local_chain(localnet_url: str) -> None:
    with Escrow.connect(localnet_url) as escrow:
        _fund_twice(escrow.chain)


def test_a_chain_without_that_mint_is_told_from_one_with_it() -> None:
    chain = LiteSvmChain()
    with pytest.raises(ChainError, match="has no mint"):
        fund(chain, Keypair().pubkey(), usdc=1)
