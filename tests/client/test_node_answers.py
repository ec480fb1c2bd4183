"""Bytes and JSON that come from anywhere: read, or refused with an exception that `except Exception` catches."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow import ChainError, InvalidAmount, credit_address, job_address
from job_escrow.addresses import NAMESPACE_LENGTH
from job_escrow.chain.node_client import read_answer
from job_escrow.chain.panics import panics_as_errors
from job_escrow.chain.requests import AccountInfo
from job_escrow.codec import PROGRAM_ID
from job_escrow.tokens import mint_supply, token_amount
from solana.rpc.core import RPCException
from solders.pubkey import Pubkey
from solders.rpc import responses

_KINDS = (
    responses.GetBlockHeightResp,
    responses.GetEpochInfoResp,
    responses.GetLatestBlockhashResp,
    responses.GetMultipleAccountsResp,
    responses.GetProgramAccountsResp,
    responses.GetSignaturesForAddressResp,
    responses.GetSignatureStatusesResp,
    responses.GetTransactionResp,
    responses.SendTransactionResp,
    responses.SimulateTransactionResp,
)
_CODES = st.sampled_from([-32002, -32004, -32005, -32015, -32016, -32602]) | st.integers()
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
_ERRORS = st.fixed_dictionaries({}, optional={"code": _CODES, "message": _JSON, "data": _JSON})
_ANSWERS = st.fixed_dictionaries(
    {}, optional={"jsonrpc": _JSON, "id": _JSON, "result": _JSON, "error": _JSON | _ERRORS}
)


@settings(deadline=None)
@given(kind=st.sampled_from(_KINDS), answer=_ANSWERS | _JSON)
def test_any_json_is_an_answer_or_an_exception(kind: type[responses.RPCResult], answer: object) -> None:
    _read(json.dumps(answer), kind)


@settings(deadline=None)
@given(kind=st.sampled_from(_KINDS), body=st.text())
def test_any_text_is_an_answer_or_an_exception(kind: type[responses.RPCResult], body: str) -> None:
    _read(body, kind)


def _read(body: str, kind: type[responses.RPCResult]) -> None:
    try:
        with panics_as_errors():
            found = read_answer(body, kind)
    except (RPCException, ValueError):
        return
    assert isinstance(found, kind)


@pytest.mark.parametrize("depth", [100, 100_000])
def test_depth_is_no_way_in(depth: int) -> None:
    for opening in ("[", '{"error":'):
        with pytest.raises(ValueError, match=r"recursion limit|EOF"):
            read_answer('{"error":' + opening * depth, responses.GetBlockHeightResp)


def test_a_panic_is_an_error_and_everything_else_what_it_was() -> None:
    with pytest.raises(ValueError, match="it cannot be read"), panics_as_errors():
        Pubkey.from_bytes(b"short")
    for other in (KeyboardInterrupt, OSError):
        with pytest.raises(other), panics_as_errors():
            raise other


@given(data=st.binary(max_size=200) | st.just(b"\xff" * 165) | st.just(b"\xff" * 82))
def test_bytes_that_are_no_tokens(data: bytes) -> None:
    info = AccountInfo(lamports=1, owner=PROGRAM_ID, data=data)
    for read in (token_amount, mint_supply):
        try:
            assert read(info) >= 0
        except ChainError as error:
            assert str(PROGRAM_ID) in str(error)  # noqa: PT017  (most bytes are none, not all)


@given(namespace=st.binary(max_size=64))
def test_a_namespace_of_another_length_is_no_address(namespace: bytes) -> None:
    """It would be one that no program finds again, and tokens sent there would be lost."""
    if len(namespace) == NAMESPACE_LENGTH:
        assert credit_address(PROGRAM_ID, PROGRAM_ID, namespace) != PROGRAM_ID
        return
    with pytest.raises(ValueError, match="namespace_bytes makes them of a text"):
        credit_address(PROGRAM_ID, PROGRAM_ID, namespace)


@given(job_id=st.integers() | st.floats() | st.booleans())
def test_a_job_id_is_a_number_of_64_bits(job_id: Any) -> None:
    if type(job_id) is int and 0 <= job_id < 2**64:
        assert job_address(PROGRAM_ID, job_id).bump <= 255
        return
    with pytest.raises(InvalidAmount):
        job_address(PROGRAM_ID, job_id)
