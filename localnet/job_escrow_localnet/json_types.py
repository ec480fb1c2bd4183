"""The one name for values that JSON carries."""

from typing import Any

Json = Any
"""Any value of JSON: null, boolean, number, string, list, object."""
