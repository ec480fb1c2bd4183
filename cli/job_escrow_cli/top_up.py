"""`job-escrow top-up`: credits that are bought by themselves, by a rule of the wallet's."""

from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.bounds import ALWAYS, MAX_CREDITS, PACKS
from job_escrow.chain.requests import GetUnixTime
from job_escrow.codec import CreditsToppedUp, PackExpected, TopUpRule, TopUpSet
from job_escrow.errors import NothingToChange
from job_escrow.packs import pack_text
from job_escrow.top_ups import NO_PACK, NO_RULE, TopUpTerms

from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import whole_option
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.money import available
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.packs import pack_of
from job_escrow_cli.sending import done, rents, send
from job_escrow_cli.session import Session, opened, parse_address
from job_escrow_cli.times import duration, moment, parse_duration, parse_moment

if TYPE_CHECKING:
    from job_escrow.top_ups import TopUpState
    from job_escrow.transactions import Receipt

app = command_group("Let credits be bought by themselves once few are left.")


@app.command("set", cls=Command)
def set_top_up(
    context: typer.Context,
    below: Annotated[
        int | None,
        whole_option(
            "--below",
            "credits",
            least=1,
            most=MAX_CREDITS,
            metavar="CREDITS",
            help="Buy while fewer than this are left.",
        ),
    ] = None,
    always: Annotated[
        bool, typer.Option("--always", help="Buy however many are left: with --most, once in a period or so.")
    ] = False,
    buy: Annotated[
        int | None,
        whole_option("--buy", "credits", least=1, most=MAX_CREDITS, metavar="CREDITS", help="How many at a time."),
    ] = None,
    pack: Annotated[
        int | None,
        whole_option("--pack", most=PACKS - 1, metavar="PACK", help="Or a pack, as job-escrow packs numbers it."),
    ] = None,
    most: Annotated[
        int | None,
        whole_option(
            "--most",
            "credits",
            least=1,
            most=MAX_CREDITS,
            metavar="CREDITS",
            help="The price of how many credits may leave the wallet in a period, at most; needed with --pack.",
        ),
    ] = None,
    period: Annotated[str, typer.Option("--period", metavar="TIME", help="Length of a period, such as 30d.")] = "30d",
    until: Annotated[
        str,
        typer.Option("--until", metavar="WHEN", help="A date, a time, or a length of time from now: then it ends."),
    ] = "never",
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="ADDRESS", help="Another token account of the wallet's than its usual one."),
    ] = None,
    allowance: Annotated[
        int | None,
        whole_option(
            "--allowance",
            "credits",
            least=1,
            most=MAX_CREDITS,
            metavar="CREDITS",
            help="The price of how many credits is allowed in all; by default that of 12 periods, or until --until.",
        ),
    ] = None,
    replace_delegate: Annotated[
        bool,
        typer.Option(
            "--replace-delegate", help="Take the token account from another delegate, such as a subscription."
        ),
    ] = False,
) -> None:
    """Set the rule by which anybody may buy credits for the wallet, from its own tokens and for it alone.

    A keeper buys by it. A rule that is there is replaced, and a new period begins; one that is like this already stays.
    A withdrawal ends it.
    """
    if (below is None) != always:
        raise UsageError("say --below how many credits to buy, or --always")
    if (buy is None) == (pack is None):
        raise UsageError("say how many credits to --buy, or which --pack")
    if pack is not None and most is None:
        raise UsageError("say with --most what a --pack may cost in a period: its price is the platform's to change")
    with opened(context) as session:
        wallet = session.wallet
        account = wallet.account()
        if account is None:
            session.no_account(session.signer.pubkey(), wallet.address)
        what: int | PackExpected = pack_of(session, pack) if pack is not None else buy or 0
        credits, bonus = (what, 0) if isinstance(what, int) else (what.credits, what.bonus_credits)
        cap = credits if most is None else most
        if cap < credits:
            raise UsageError(f"--most {cap:,} is less than one top-up of {credits:,} credits: raise it")
        now = session.chain.answer(GetUnixTime())
        price = session.platform.base_units_per_credit
        if allowance is not None and allowance < credits:
            raise UsageError(f"--allowance {allowance:,} is less than one top-up of {credits:,} credits: raise it")
        terms = TopUpTerms(
            threshold=ALWAYS if below is None else below,
            buy=what,
            base_units_per_period=cap * price,
            period_seconds=parse_duration(period),
            expires_at=parse_moment(until, now),
        )
        pays = None if source is None else parse_address(source, "the source")
        in_all = None if allowance is None else allowance * price
        allowed = wallet.top_up_allowance(terms, source=pays, allowance=in_all)
        try:
            receipt = send(
                session,
                lambda: wallet.set_top_up(terms, source=pays, allowance=in_all, replace_delegate=replace_delegate),
                doing=_question(session, terms, credits, bonus, allowed),
                rent=0 if account.top_up != NO_RULE else rents(session, TopUpRule.SIZE),
                returns="the rule is turned off",
                repeat="as it is",
            )
        except NothingToChange:
            tell("the rule and its allowance are like this already; nothing was sent")
            show(session.settings, {"credit_account": str(wallet.address), "allowance_base_units": allowed}, [])
        else:
            _show_set(session, receipt, allowed)


def _show_set(session: Session, receipt: "Receipt", allowed: int) -> None:
    """The rule is an event of the transaction, unless that only changed what is allowed, in base units."""
    event = next((each for each in receipt.events if isinstance(each, TopUpSet)), None)
    text: dict[str, object] = {"allowed": f"{session.money.text(allowed)} in all"}
    data: dict[str, object] = {"allowance_base_units": allowed}
    if event is not None:
        text = {"top-up": _rule_text(session, event), "from": event.source, "ends": moment(event.expires_at), **text}
        data = {"credit_account": str(event.credit_account), "rule": str(event.rule), **_data(event), **data}
    done(session, receipt, text, data)


def _question(session: Session, terms: TopUpTerms, credits: int, bonus: int, allowed: int) -> str:
    """What is signed, in words: each price that it can lead to."""
    money = session.money
    return (
        f"letting {pack_text(credits, bonus)} be bought at a time for {money.worth(credits)}, at most "
        f"{money.text(terms.base_units_per_period)} in {duration(terms.period_seconds)} and "
        f"{money.text(allowed)} in all"
    )


@app.command("show", cls=Command)
def show_top_up(context: typer.Context) -> None:
    """Show the wallet's rule, what its period has used, and whether it buys now."""
    with opened(context) as session:
        state = session.wallet.top_up_state()
        if state is None:
            show(session.settings, {"top_up": None}, ["nothing is bought by itself: job-escrow top-up set"])
            return
        rule = state.rule
        show(
            session.settings,
            {
                "top_up": {
                    **_data(rule),
                    "left": state.left,
                    "used_base_units": state.period_base_units,
                    "allowance_base_units": state.allowance,
                    "due": state.is_due,
                    "frozen": state.is_frozen,
                    "why_not": None if state.refusal is None else state.refusal.__name__,
                }
            },
            facts(
                {
                    "top-up": _rule_text(session, rule),
                    "from": rule.source,
                    "allowed still": session.money.text(state.allowance),
                    "used": f"{session.money.text(state.period_base_units)} in this period",
                    "left": f"{state.left:,} credits",
                    "ends": moment(rule.expires_at),
                    "now": _now_text(state),
                }
            ),
        )


@app.command("off", cls=Command)
def turn_off(context: typer.Context) -> None:
    """Turn the rule off; its rent comes back, and the allowance is taken back where no other rule needs it."""
    with opened(context) as session:
        wallet = session.wallet
        account = wallet.account()
        if account is None:
            session.no_account(session.signer.pubkey(), wallet.address)
        if account.top_up == NO_RULE:
            tell("it is off already; nothing was sent")
            show(session.settings, {"top_up": None}, [])
            return
        receipt = send(session, wallet.remove_top_up, doing="turning the top-up off", repeat="as it is")
        done(session, receipt, {"top-up": "off"}, {"top_up": None})


@app.command("run", cls=Command)
def run_top_up(
    context: typer.Context,
    wallet: Annotated[str | None, typer.Argument(metavar="WALLET", help="Another wallet than the key's own.")] = None,
) -> None:
    """Buy what a wallet's rule says now. Anybody may; the wallet pays for the credits, and the key for the fee."""
    with opened(context) as session:
        owner = session.owner(wallet)
        address, anyone = session.credit_account_key(owner), session.anyone
        if session.escrow.credit_account(address) is None:
            session.no_account(owner, address)
        receipt = send(session, lambda: anyone.top_up(address), doing="topping up")
        event = next(each for each in receipt.events if isinstance(each, CreditsToppedUp))
        now = available(event.after)
        bought = f"{pack_text(event.credits, event.bonus_credits)} for {session.money.text(event.base_units)}"
        done(
            session,
            receipt,
            {"bought": bought, "available": f"{now:,} credits"},
            {
                "bought": event.credits,
                "bonus": event.bonus_credits,
                "base_units": event.base_units,
                "available": now,
            },
        )


def _rule_text(session: Session, rule: TopUpRule | TopUpSet) -> str:
    """A rule in words."""
    when = "always" if rule.threshold == ALWAYS else f"below {rule.threshold:,} credits"
    cap = session.money.text(rule.base_units_per_period)
    return (
        f"{when}, buys {pack_text(rule.credits, rule.bonus_credits)} for {session.money.text(rule.base_units)}, "
        f"at most {cap} in {duration(rule.period_seconds)}"
    )


def _data(rule: TopUpRule | TopUpSet) -> dict[str, object]:
    return {
        "threshold": None if rule.threshold == ALWAYS else rule.threshold,
        "credits": rule.credits,
        "bonus_credits": rule.bonus_credits,
        "base_units": rule.base_units,
        "base_units_per_period": rule.base_units_per_period,
        "period_seconds": rule.period_seconds,
        "expires_at": moment(rule.expires_at),
        "pack": None if rule.pack == NO_PACK else rule.pack,
        "source": str(rule.source),
    }


def _now_text(state: "TopUpState") -> str:
    if state.refusal is not None:
        return f"not bought: {state.refusal.message}"
    if state.is_frozen:
        return "not bought: the vault or the platform's promotion account is frozen by the mint's issuer"
    return "due: a keeper buys, or job-escrow top-up run"
