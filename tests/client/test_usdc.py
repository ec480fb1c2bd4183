"""The address of USDC: a wrong one is somebody else's mint, or nobody's, and every local test would still pass."""

from job_escrow.tokens import USDC_MINT


def test_d2_usdc_is_circles_mint_on_mainnet() -> None:
    """Written out here a second time: all 44 characters, as Circle publishes them."""
    assert str(USDC_MINT) == "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
    assert bytes(USDC_MINT).hex() == "c6fa7af3bedbad3a3d65f36aabc97431b1bbe4c2d2f6e0e47ca60203452f5d61"
