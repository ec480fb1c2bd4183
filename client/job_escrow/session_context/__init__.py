"""Sessions of an account as context managers: requests that are admitted at once, on credits that are locked.

with SessionStore("sessions.db") as store:
    async with operator.session(account, store) as session:
        async with session.request(tier=1, max_units=2_000) as request:
            tokens = await answer(prompt)
            await request.settle(tokens)
            print(request.receipt)

A session on chain is one lock for many requests. Each is admitted within it by one durable write, costs nothing unless
it is settled, and then has its receipt, which the chain commits to with the next settlement. Sessions are opened and
renewed as requests need them, settled by amount or time, and ended in time; the end of the block ends all and gives the
rest back. A process that died is taken up by the next block of the same account and store: its running requests cost
nothing, each settled one is charged once. `docs/adr/0029-sessions-in-the-library.md` says how.
"""
