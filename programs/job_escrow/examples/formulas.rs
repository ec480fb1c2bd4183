//! The program's own formulas, asked from outside: tests/proofs holds what it has proved to what they answer.
//!
//! Standard input has one question a line, a word and whole numbers; standard output has one line for each: numbers, or
//! `-` where the program refuses or its arithmetic overflows. `sweep` goes through a tier's units by itself and holds
//! each price to a definition that does not divide.

use std::{
    error::Error,
    io::{stdin, stdout, BufRead, BufWriter, Write},
    panic::{catch_unwind, set_hook},
};

use bytemuck::Zeroable;
use job_escrow::{
    constants::MAX_CREDITS,
    pricing,
    state::{CreditAccount, Limits, Lot, Split, Tier, TierTotals, TopUpRule},
};

type Answer = Result<Vec<i128>, Box<dyn Error>>;

/// Lots that a question about an account has; the others are empty.
const LOTS_ASKED: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    // An overflow is an answer here, not an accident.
    set_hook(Box::new(|_| ()));
    let mut answers = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let line = line?;
        let (word, numbers) = line.split_once(' ').ok_or("a question is a word and numbers")?;
        let numbers = numbers.split(' ').map(str::parse).collect::<Result<Vec<i128>, _>>()?;
        match catch_unwind(|| whole_answer(word, Given(&numbers))) {
            Ok(Ok(numbers)) => {
                let numbers: Vec<String> = numbers.iter().map(i128::to_string).collect();
                writeln!(answers, "{}", numbers.join(" "))?;
            }
            Ok(Err(refused)) if refused.is::<BadQuestion>() => return Err(refused),
            Ok(Err(_)) | Err(_) => writeln!(answers, "-")?,
        }
    }
    Ok(answers.flush()?)
}

#[derive(Debug)]
struct BadQuestion(String);

impl std::fmt::Display for BadQuestion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for BadQuestion {}

/// The numbers of a question, taken one after the other.
struct Given<'a>(&'a [i128]);

impl Given<'_> {
    fn next<T: TryFrom<i128>>(&mut self) -> Result<T, Box<dyn Error>> {
        let (first, rest) = self.0.split_first().ok_or_else(|| BadQuestion("a number is missing".into()))?;
        self.0 = rest;
        T::try_from(*first).map_err(|_| BadQuestion(format!("{first} does not fit")).into())
    }

    fn tier(&mut self) -> Result<Tier, Box<dyn Error>> {
        Ok(Tier {
            flat_credits: self.next()?,
            included_units: self.next()?,
            rate_credits: self.next()?,
            rate_units: self.next()?,
            ..Tier::EMPTY
        })
    }

    fn totals(&mut self) -> Result<TierTotals, Box<dyn Error>> {
        Ok(TierTotals {
            flat_requests: self.next()?,
            metered_requests: self.next()?,
            metered_units: self.next()?,
            metered_credits: self.next()?,
        })
    }

    fn limits(&mut self) -> Result<Limits, Box<dyn Error>> {
        let mut limits = Limits::zeroed();
        limits.credits_per_job = self.next()?;
        limits.credits_per_period = self.next()?;
        limits.period_seconds = self.next()?;
        limits.period_started_at = self.next()?;
        limits.used = self.next()?;
        limits.operator_locked = self.next()?;
        Ok(limits)
    }

    fn rule(&mut self) -> Result<TopUpRule, Box<dyn Error>> {
        let mut rule = TopUpRule::zeroed();
        rule.expires_at = i64::MAX;
        rule.base_units = self.next()?;
        rule.base_units_per_period = self.next()?;
        rule.period_seconds = self.next()?;
        rule.period_started_at = self.next()?;
        rule.used_base_units = self.next()?;
        Ok(rule)
    }

    fn account(&mut self) -> Result<CreditAccount, Box<dyn Error>> {
        let mut account = CreditAccount::zeroed();
        account.base_units_per_credit = self.next()?;
        account.paid_available = self.next()?;
        account.paid_locked = self.next()?;
        account.granted_available = self.next()?;
        account.granted_locked = self.next()?;
        account.purchased = self.next()?;
        account.synced = self.next()?;
        account.granted = self.next()?;
        account.spent_paid = self.next()?;
        account.spent_granted = self.next()?;
        account.withdrawn = self.next()?;
        account.expired = self.next()?;
        account.liabilities = account.known_liabilities();
        for lot in &mut account.lots[..LOTS_ASKED] {
            *lot = Lot { credits_free: self.next()?, credits_locked: self.next()?, expires_at: self.next()? };
        }
        Ok(account)
    }

    fn split(&mut self) -> Result<Split, Box<dyn Error>> {
        let mut split = Split::NOTHING;
        for credits in &mut split.lots[..LOTS_ASKED] {
            *credits = self.next()?;
        }
        split.paid = self.next()?;
        Ok(split)
    }
}

fn whole_answer(word: &str, mut given: Given) -> Answer {
    let numbers = answer(word, &mut given)?;
    match given.0 {
        [] => Ok(numbers),
        [first, ..] => Err(BadQuestion(format!("{first} is a number too many")).into()),
    }
}

fn answer(word: &str, given: &mut Given) -> Answer {
    match word {
        "cost" => Ok(vec![pricing::cost(&given.tier()?, given.next()?).map_err(refusal)?.into()]),
        "session" => {
            let tier = Tier { name: [1; 16], ..given.tier()? };
            Ok(vec![pricing::session_cost(&tier, &given.totals()?).map_err(refusal)?.into()])
        }
        "sweep" => sweep(&given.tier()?, given.next()?, given.next()?, given.next()?),
        "product" => Ok(vec![pricing::product(given.next()?, given.next()?).map_err(refusal)?.into()]),
        "fee" => Ok(vec![pricing::fee(given.next()?, given.next()?).into()]),
        "share" => {
            let share = pricing::share(given.next()?, given.next()?, given.next()?);
            Ok(vec![share.floor.into(), share.ceil.into()])
        }
        "use_up" => {
            let mut limits = given.limits()?;
            limits.use_up(given.next()?, false, given.next()?).map_err(refusal)?;
            Ok(of_limits(&limits))
        }
        "charge" => {
            let mut limits = given.limits()?;
            limits.charge(given.next()?);
            Ok(of_limits(&limits))
        }
        "unlock" => {
            let mut limits = given.limits()?;
            limits.give_back(given.next()?);
            Ok(of_limits(&limits))
        }
        "use_up_rule" => {
            let mut rule = given.rule()?;
            rule.use_up(given.next()?, 1).map_err(refusal)?;
            Ok(vec![rule.period_started_at.into(), rule.used_base_units.into()])
        }
        "left" => Ok(vec![given.account()?.left(given.next()?).into()]),
        "take" => {
            let mut account = given.account()?;
            let held = account.take(given.next()?, given.next()?).map_err(refusal)?;
            Ok(of_account(&account, &held))
        }
        "spend" => {
            let (mut account, mut held) = (given.account()?, given.split()?);
            account.spend(&mut held, given.next()?).map_err(refusal)?;
            Ok(of_account(&account, &held))
        }
        "give_back" => {
            let (mut account, mut held) = (given.account()?, given.split()?);
            account.give_back(&mut held);
            Ok(of_account(&account, &held))
        }
        "add_lot" => {
            let mut account = given.account()?;
            account.add_lot(given.next()?, given.next()?).map_err(refusal)?;
            Ok(of_account(&account, &Split::NOTHING))
        }
        "expire_lots" => {
            let mut account = given.account()?;
            account.expire_lots(given.next()?);
            Ok(of_account(&account, &Split::NOTHING))
        }
        "sync" => {
            let mut account = given.account()?;
            account.sync(given.next()?).map_err(refusal)?;
            Ok(of_account(&account, &Split::NOTHING))
        }
        "invariant" => {
            let account = given.account()?;
            account.invariant_with_vault(given.next()?).map_err(refusal)?;
            Ok(vec![account.liabilities.into()])
        }
        _ => Err(BadQuestion(format!("nothing is known of {word}")).into()),
    }
}

fn refusal(error: anchor_lang::prelude::ProgramError) -> Box<dyn Error> {
    format!("{error:?}").into()
}

fn of_limits(limits: &Limits) -> Vec<i128> {
    vec![limits.period_started_at.into(), limits.used.into(), limits.operator_locked.into()]
}

fn of_account(account: &CreditAccount, held: &Split) -> Vec<i128> {
    assert_eq!(account.liabilities, account.known_liabilities());
    let sums = [
        account.paid_available,
        account.paid_locked,
        account.granted_available,
        account.granted_locked,
        account.purchased,
        account.synced,
        account.granted,
        account.spent_paid,
        account.spent_granted,
        account.withdrawn,
        account.expired,
    ];
    let lots = account.lots[..LOTS_ASKED].iter();
    let lots = lots.flat_map(|lot| [lot.credits_free.into(), lot.credits_locked.into(), lot.expires_at.into()]);
    let held = held.lots[..LOTS_ASKED].iter().map(|credits| i128::from(*credits)).chain([held.paid.into()]);
    sums.into_iter().map(i128::from).chain(lots).chain(held).collect()
}

/// Hold the price of `count` numbers of units, from `first` on in steps of `step`, to the definition, and each to the
/// one before. Answers with how many were priced, how many refused and the sum of the prices; else with the units that
/// are priced wrongly.
fn sweep(tier: &Tier, first: u64, step: u64, count: u64) -> Answer {
    let (mut priced, mut refused, mut sum, mut before) = (0i128, 0i128, 0i128, 0u64);
    for units in (0..count).map(|number| first + number * step) {
        let cost = pricing::cost(tier, units).ok();
        if !is_price(tier, units, cost) || cost.unwrap_or(u64::MAX) < before {
            return Ok(vec![units.into()]);
        }
        before = cost.unwrap_or(u64::MAX);
        match cost {
            Some(credits) => (priced, sum) = (priced + 1, sum + i128::from(credits)),
            None => refused += 1,
        }
    }
    Ok(vec![priced, refused, sum])
}

/// The definition: the fewest credits that are no less than the flat price and, above the included units, pay for all
/// units at the rate. None: they are more than a job may cost.
fn is_price(tier: &Tier, units: u64, cost: Option<u64>) -> bool {
    let metered = units > tier.included_units && tier.rate_credits != 0;
    let owed = u128::from(units) * u128::from(tier.rate_credits);
    let pays = |credits: u64| {
        credits >= tier.flat_credits && (!metered || u128::from(credits) * u128::from(tier.rate_units) >= owed)
    };
    match cost {
        Some(credits) => credits <= MAX_CREDITS && pays(credits) && (credits == 0 || !pays(credits - 1)),
        None => !pays(MAX_CREDITS),
    }
}
