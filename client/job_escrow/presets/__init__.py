"""Credit systems as data: what a platform is created with and sold by, one TOML file each (docs/presets.md)."""

from job_escrow.bounds import NEVER
from job_escrow.presets.grants import GrantRule
from job_escrow.presets.loading import load_preset, load_preset_file, preset_names
from job_escrow.presets.local_mints import LocalMint, local_address, local_mints
from job_escrow.presets.preset import MintChoice, Model, PackTerms, Preset, Quote, QuoteLine, TierTerms
from job_escrow.presets.reading import read_preset
from job_escrow.presets.toml_table import InvalidPreset
from job_escrow.units import UNIT_KINDS

__all__ = [
    "NEVER",
    "UNIT_KINDS",
    "GrantRule",
    "InvalidPreset",
    "LocalMint",
    "MintChoice",
    "Model",
    "PackTerms",
    "Preset",
    "Quote",
    "QuoteLine",
    "TierTerms",
    "load_preset",
    "load_preset_file",
    "local_address",
    "local_mints",
    "preset_names",
    "read_preset",
]
