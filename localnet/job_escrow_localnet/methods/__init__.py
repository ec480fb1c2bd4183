"""The methods of JSON-RPC, one module for each group."""
