"""Writing instructions.py of a client's codec."""

from collections.abc import Mapping, Sequence

from support.client_codegen_idl import Account, Idl, Instruction, Struct
from support.client_codegen_text import docstring, entry, prose
from support.client_codegen_types import (
    BASE_IMPORTS,
    DATACLASS,
    annotation,
    encoded_parts,
    field_lines,
    joined,
    parameter_note,
    read_lines,
)
from support.steps import StepFailed

_LAST_PARAMETERS = ("remaining_accounts", "program_id")


def instructions_module(idl: Idl) -> str:
    """Write instructions.py."""
    lines = [
        '"""The instructions of the program: functions that make them, and classes for what their data says."""',
        "from collections.abc import Sequence",
        "from dataclasses import dataclass",
        "from functools import cache, partial",
        "from typing import ClassVar, Self, TypeAlias",
        "from solders.instruction import AccountMeta, Instruction",
        "from solders.pubkey import Pubkey",
        BASE_IMPORTS,
        f"from job_escrow.codec.types import {', '.join(each.name for each in idl.plain_structs)}",
        "from job_escrow.codec.program import PROGRAM_ID",
        "",
    ]
    addresses = _addresses(idl)
    lines += [f'{name} = Pubkey.from_string("{address}")' for address, name in addresses.items()]
    names = "".join(f'"{each.name}": {_tuple([a.name for a in each.accounts])},' for each in idl.instructions)
    lines += [
        "",
        f"ACCOUNT_NAMES: dict[str, tuple[str, ...]] = {{ {names} }}",
        '"""Names of the accounts of each instruction, in their order."""',
        "",
        "@cache",
        "def event_authority(program_id: Pubkey) -> Pubkey:",
        '    """Address that a program signs its events with."""',
        '    return Pubkey.find_program_address([b"__event_authority"], program_id)[0]',
        "",
    ]
    for instruction in idl.instructions:
        lines += [*_data_class(instruction, idl), "", *_function(instruction, idl, addresses), ""]
    classes = [each.class_name for each in idl.instructions]
    lines += [
        "",
        f"InstructionData: TypeAlias = {' | '.join(classes)}",
        '"""What the data of any instruction says."""',
        "",
        "INSTRUCTIONS: dict[bytes, type[InstructionData]] = {",
        *(f"    {name}.DISCRIMINATOR: {name}," for name in classes),
        "}",
        '"""Class for the data of each instruction by its discriminator."""',
        "",
        "def decode_instruction(data: bytes) -> InstructionData:",
        '    """Decode the data of any instruction of the program; raises DecodeError.',
        "",
        "    Bytes behind the last argument are passed over, as the program does.",
        '    """',
        "    found = INSTRUCTIONS.get(data[:8])",
        "    if found is None:",
        '        raise unknown("an instruction", data[:8])',
        "    return found.decode(data)",
    ]
    return "\n".join(lines)


def _addresses(idl: Idl) -> dict[str, str]:
    """Name of the constant for each fixed address."""
    found: dict[str, str] = {}
    for account in (each for instruction in idl.instructions for each in instruction.accounts):
        if account.address is not None and account.address not in found:
            name = f"_{account.name.upper()}"
            found[account.address] = name if name not in found.values() else f"{name}_{len(found)}"
    return found


def _data_class(instruction: Instruction, idl: Idl) -> list[str]:
    struct = Struct(instruction.class_name, (), instruction.arguments, is_memory=False)
    parts = ["self.DISCRIMINATOR", *encoded_parts(struct, idl, label=instruction.name)]
    reader = f'Reader(data, cls.DISCRIMINATOR, "the instruction {instruction.name}")'
    return [
        DATACLASS,
        f"class {struct.name}:",
        f'    """What the data of the instruction `{instruction.name}` says."""',
        "",
        f'    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("{instruction.discriminator.hex()}")',
        f'    NAME: ClassVar[str] = "{instruction.name}"',
        "",
        *field_lines(struct),
        "",
        "    @classmethod",
        "    def decode(cls, data: bytes) -> Self:",
        '        """Decode the data of the instruction; raises DecodeError."""',
        f"        {'reader = ' if struct.fields else ''}{reader}",
        *read_lines(struct, idl),
        "",
        "    def to_bytes(self) -> bytes:",
        '        """Encode the data of the instruction; raises EncodeError for what does not fit."""',
        f"        return {joined(parts)}",
    ]


def _function(instruction: Instruction, idl: Idl, addresses: Mapping[str, str]) -> list[str]:
    accounts = [each for each in instruction.accounts if each.is_parameter]
    names = [each.name for each in accounts]
    arguments = [
        (f"{each.python_name}_arg" if each.python_name in names else each.python_name, each)
        for each in instruction.arguments
        if not each.reserved
    ]
    every = [*names, *(name for name, _ in arguments), *_LAST_PARAMETERS]
    if len(set(every)) != len(every):
        raise StepFailed(f"two parameters of {instruction.name} would have one name: {', '.join(every)}")
    signature = [
        "*",
        *(f"{each.name}: Pubkey | None = None" if each.optional else f"{each.name}: Pubkey" for each in accounts),
        *(f"{name}: {annotation(each.type)}" for name, each in arguments),
        "remaining_accounts: Sequence[AccountMeta] = ()",
        "program_id: Pubkey = PROGRAM_ID,",
    ]
    sections = ["Args:"]
    for account in accounts:
        sections += entry(account.name, _account_note(account), depth=1)
    for name, argument in arguments:
        sections += entry(name, parameter_note(argument, idl), depth=1)
    sections += entry("remaining_accounts", ["Follow the accounts above as they are."], depth=1)
    sections += entry("program_id", ["Another one only where the program is tested."], depth=1)
    data = ", ".join(f"{each.python_name}={name}" for name, each in arguments)
    return [
        f"def {instruction.function_name}({', '.join(signature)}) -> Instruction:",
        docstring(
            prose(instruction.docs) or [f"Make the instruction `{instruction.name}`."], depth=1, sections=sections
        ),
        "    return Instruction(",
        "        program_id,",
        f"        {instruction.class_name}({data}).to_bytes(),",
        "        [",
        *(f"            {_meta(each, addresses)}," for each in instruction.accounts),
        "            *remaining_accounts,",
        "        ],",
        "    )",
    ]


def _account_note(account: Account) -> list[str]:
    flags = ["optional"] if account.optional else []
    flags += ["signer"] if account.signer else []
    flags += ["writable"] if account.writable else []
    return [*prose(account.docs), f"{', '.join(flags or ['read-only']).capitalize()}."]


def _meta(account: Account, addresses: Mapping[str, str]) -> str:
    signer, writable = str(account.signer), str(account.writable)
    address = account.name
    if account.address is not None:
        address = addresses[account.address]
    elif account.is_event_authority:
        address = "event_authority(program_id)"
    elif account.is_program:
        address = "program_id"
    elif account.optional:
        # In the place of an account that is left out, the program expects its own address.
        given = f"{account.name} is not None"
        address = f"program_id if {account.name} is None else {account.name}"
        signer, writable = (given if flag == "True" else flag for flag in (signer, writable))
    return f"AccountMeta({address}, is_signer={signer}, is_writable={writable})"


def _tuple(names: Sequence[str]) -> str:
    items = ", ".join(f'"{name}"' for name in names)
    return f"({items},)" if len(names) == 1 else f"({items})"
