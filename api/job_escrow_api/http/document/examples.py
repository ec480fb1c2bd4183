"""Values that the document's examples share."""

ADDRESS = "7Np41oeYqPefeNQEHSv1UDhYrehxin3NStELsSKCT4K2"
WALLET = "9B5XszUGdMaxCZ7uSQhPzdks5ZQSmWxrmzCSvtJ6Ns6g"
PLATFORM = "4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T"
SIGNATURE = "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
KEY_ID = "0123456789abcdef"
REQUEST_ID = f"req_{KEY_ID}{KEY_ID}"
QUOTE = "quote_AQAAADAAAAAAakQrgKzIXZXq7yZpPHxqxkdc0IZyFHMfQWB6l6sT3cVMw8b6"
TIME = 1_782_864_000
LINK = "solana:https%3A%2F%2Fcredits.example%2Fv1%2Fpay%2Fpurchase"
