"""--public-url: what wallets show in what they sign has to be what browsers call the page."""

import pytest
from job_escrow_cli.failures import UsageError
from job_escrow_cli.server_address import server_address


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("https://Credits.Example:443/", "https://credits.example"),
        ("HTTP://127.0.0.1:80", "http://127.0.0.1"),
        ("https://credits.example:8443", "https://credits.example:8443"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080"),
        ("http://127.0.0.1:443", "http://127.0.0.1:443"),
    ],
)
def test_it_is_written_as_browsers_do(given: str, written: str) -> None:
    assert server_address(given) == written


@pytest.mark.parametrize(
    "given",
    [
        "https://user:secret@credits.example",
        "https://@credits.example",
        "https://credits.example/api",
        "https://credits.example//",
        "https://credits.example/?a=b",
        "https://credits.example/#a",
        "https://0.0.0.0",
        "https://[::]:80",
        "https://credits.example:0",
        "https://credits.example:port",
        "ftp://credits.example",
        "credits.example",
        "https://",
        "https://[",
    ],
)
def test_others_are_refused(given: str) -> None:
    with pytest.raises(UsageError, match="give --public-url such as"):
        server_address(given)
