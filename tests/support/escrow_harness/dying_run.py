"""A provider's process that locks a job, says where it has come, and waits there to be killed.

Arguments: URL, the operator's key, platform, credit account, job id, and the moment at which to wait.
"""

import sys
import time

from job_escrow import Escrow, LockTerms
from solders.keypair import Keypair
from solders.pubkey import Pubkey


def main(url: str, key: str, platform: str, account: str, job_id: str, moment: str) -> None:
    def reached(name: str) -> None:
        if name == moment:
            print(name, flush=True)
            time.sleep(3_600)

    terms = LockTerms(job_id=int(job_id), tier=None, amount=50, seconds=3_600)
    with Escrow.connect(url) as escrow:
        operator = escrow.operator(Keypair.from_base58_string(key), Pubkey.from_string(platform))
        with operator.job(Pubkey.from_string(account), terms) as job:
            reached("locked")
            job.report(10)
            job.settle_so_far()
            reached("settled so far")
            job.report(20)
            reached("reported")


if __name__ == "__main__":
    main(*sys.argv[1:])
