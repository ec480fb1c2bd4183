//! Whom to tell about a weakness, where explorers and researchers look for it: in the program's own bytes.
//!
//! There is neither a site nor an address to write to yet, so that none is named; the fields are those that readers of
//! the format insist on.

solana_security_txt::security_txt! {
    name: "job_escrow",
    project_url: "none yet: the repository that the source came from",
    contacts: "other:privately to the maintainers of the repository that the source came from",
    policy: "SECURITY.md in the root of the source"
}
