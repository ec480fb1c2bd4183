"""The compiled program says whom to tell about a weakness, in the form that explorers and researchers look for."""

from job_escrow.program_files import program_path

BEGIN, END = b"=======BEGIN SECURITY.TXT V1=======\0", b"=======END SECURITY.TXT V1=======\0"


def test_the_program_carries_its_security_txt() -> None:
    text = program_path().read_bytes().split(BEGIN)[1].split(END)[0].decode()
    words = text.split("\0")[:-1]
    fields = dict(zip(words[::2], words[1::2], strict=True))
    # What readers of the format insist on; addresses that nobody answers at would be worse than none.
    assert fields.keys() == {"name", "project_url", "contacts", "policy"}
    assert fields["name"] == "job_escrow"
    assert fields["contacts"].startswith("other:")
    assert fields["policy"].startswith("SECURITY.md")
    assert "@" not in text
    assert "://" not in text
