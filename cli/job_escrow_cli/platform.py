"""`job-escrow platform`: credit systems, for their admins and for everybody who wants to know their terms."""

from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.addresses import platform_address, text_of
from job_escrow.codec import Platform, PlatformCreated
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, token_amount

from job_escrow_cli import platform_changes as changes
from job_escrow_cli.failures import UsageError
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.money import plain_dict
from job_escrow_cli.options import OutputFormat
from job_escrow_cli.output import Column, facts, print_json, table, tell
from job_escrow_cli.packs import show_packs
from job_escrow_cli.payees import payees
from job_escrow_cli.platform_packs import promotion, set_pack
from job_escrow_cli.platform_terms import NOBODY, percent, show_announced, show_tiers
from job_escrow_cli.sending import done, rents, send
from job_escrow_cli.session import Session, opened, parse_address
from job_escrow_cli.standing import checked_mint, checked_wallet
from job_escrow_cli.times import duration

if TYPE_CHECKING:
    from job_escrow.flows.admin import PlatformTerms
    from job_escrow.presets import Preset
    from solders.pubkey import Pubkey

app = command_group("Create, show and change platforms.")
app.add_typer(payees, name="payee")
app.add_typer(promotion, name="promotion")
for _name, _command in (
    ("update", changes.update_platform),
    ("tier", changes.set_tier),
    ("pack", set_pack),
    ("pause", changes.pause_platform),
    ("unpause", changes.unpause_platform),
    ("apply-changes", changes.apply_changes),
    ("propose-admin", changes.propose_admin),
    ("accept-admin", changes.accept_admin),
    ("switch-operator", changes.switch_operator),
):
    app.command(_name, cls=Command)(_command)


@app.command("create", cls=Command)
def create_platform(
    context: typer.Context,
    preset: Annotated[str, typer.Option("--preset", metavar="NAME", help="Its terms: a preset's name, or a file.")],
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="ADDRESS", help="Who runs jobs; the key itself.")
    ] = None,
    treasury_owner: Annotated[
        str | None, typer.Option("--treasury-owner", metavar="ADDRESS", help="Whose tokens earnings become; the key's.")
    ] = None,
    mint: Annotated[
        str | None,
        typer.Option("--mint", metavar="ADDRESS", help="The mint, or a symbol of the preset's; by default its first."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Another name than the preset's.")] = None,
) -> None:
    """Create a platform from a preset; its mint, credit price and notice periods are fixed for ever."""
    from dataclasses import replace

    from job_escrow.presets import load_preset, load_preset_file, preset_names

    terms_file = load_preset(preset) if preset in preset_names() or "." not in preset else load_preset_file(preset)
    with opened(context) as session:
        creator = session.signer.pubkey()
        terms = terms_file.platform_terms(
            operator=creator if operator is None else parse_address(operator, "the operator"),
            treasury_owner=creator if treasury_owner is None else parse_address(treasury_owner, "the treasury's owner"),
            mint=_mint(session, terms_file, mint),
        )
        if name is not None:
            terms = replace(terms, name=name)
        checked_wallet(session, terms.operator, "the operator")
        checked_wallet(session, terms.treasury_owner, "the treasury's owner")
        checked_mint(session, terms.mint)
        address = platform_address(creator, terms.name)
        if session.chain.accounts([address])[0] is not None:
            raise UsageError(
                f"the platform {address} exists already: show it with job-escrow platform show -p {address}"
            )
        receipt = send(
            session,
            lambda: session.escrow.create_platform(session.signer, terms),
            doing=f"creating the platform {terms.name}",
            rent=rents(session, Platform.SIZE, *([TOKEN_ACCOUNT_SIZE] if _has_bonus(terms) else [])),
            repeat="as it is",
        )
        event = next(each for each in receipt.events if isinstance(each, PlatformCreated))
        if _has_bonus(terms):
            tell("its packs can be sold once promotion is paid for: job-escrow platform promotion fund")
        tell(f"use it with --platform {event.platform}, or: job-escrow config set platform {event.platform}")
        done(session, receipt, {"platform": event.platform, "name": terms.name}, {"platform": str(event.platform)})


def _mint(session: Session, preset: "Preset", mint: str | None) -> "Pubkey | None":
    """The mint that is meant, None: the preset's own. A local chain has one for each that a preset names."""
    from job_escrow.presets.local_mints import local_address

    named = next((each for each in preset.mints if mint in (None, each.symbol)), None)
    if named is None:
        return None if mint is None else parse_address(mint, "the mint")
    if named.address is None and session.cluster.name is None:
        return local_address(named)
    return named.address


def _has_bonus(terms: "PlatformTerms") -> bool:
    return any(pack.bonus_credits for pack in terms.packs)


@app.command("show", cls=Command)
def show_platform(context: typer.Context) -> None:
    """Show a platform's terms, prices and keys, and what is announced to change."""
    with opened(context) as session:
        platform = session.platform
        if session.settings.output is not OutputFormat.DISPLAY:
            print_json({"platform": str(session.platform_key), **plain_dict(platform)}, session.settings.output)
            return
        money = session.money
        promotes = None
        if platform.promotion != NOBODY:
            promotes = token_amount(session.chain.accounts([platform.promotion])[0])
        pending_admin = platform.pending_admin if platform.pending_admin != NOBODY else None
        lines = facts(
            {
                "platform": session.platform_key,
                "name": text_of(platform.name),
                "state": "PAUSED: no purchases and no locks" if platform.paused else "open",
                "credit": f"{money.worth(1)} ({platform.mint})",
                "minimum purchase": f"{platform.min_purchase:,} credits ({money.worth(platform.min_purchase)})",
                "longest job": duration(platform.max_job_seconds),
                "fee of payees": percent(platform.fee_bps),
                "notice period": duration(platform.notice_seconds),
                "notice of payees": duration(platform.payee_notice_seconds),
                "admin": platform.admin,
                "proposed admin": pending_admin,
                "operator": platform.operator if platform.operator != NOBODY else "nobody",
                "standby operator": platform.standby_operator if platform.standby_operator != NOBODY else None,
                "granter": platform.granter if platform.granter != NOBODY else None,
                "treasury": platform.treasury,
                "promotion": None if promotes is None else f"{money.text(promotes)} in {platform.promotion}",
            }
        )
        typer.echo("\n".join(lines))
        show_tiers(session, platform)
        show_packs(session, platform)
        show_announced(platform)


@app.command("list", cls=Command)
def list_platforms(
    context: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="Only those whose admin or operator the key is.")] = False,
) -> None:
    """List the platforms on this chain. Anybody may create one: trust an address, not a name."""
    with opened(context) as session:
        found = session.escrow.platforms()
        if mine:
            key = session.signer.pubkey()
            found = {address: each for address, each in found.items() if key in (each.admin, each.operator)}
        if session.settings.output is not OutputFormat.DISPLAY:
            rows = [{"platform": str(address), **plain_dict(each)} for address, each in found.items()]
            print_json({"platforms": rows}, session.settings.output)
        elif not found:
            tell(f"there is no platform on {session.cluster}")
        else:
            table(
                [
                    Column("name"),
                    Column("platform"),
                    Column("state", may_leave=True),
                    Column("minimum", right=True, may_leave=True),
                    Column("mint", may_leave=True),
                    Column("admin", may_leave=True),
                ],
                [
                    (
                        text_of(each.name),
                        str(address),
                        "paused" if each.paused else "open",
                        f"{each.min_purchase:,}",
                        str(each.mint),
                        str(each.admin),
                    )
                    for address, each in sorted(found.items(), key=lambda entry: (entry[1].name, str(entry[0])))
                ],
                color=session.settings.color,
            )
