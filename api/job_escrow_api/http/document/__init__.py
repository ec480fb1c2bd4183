"""The OpenAPI document of the API: made from the handlers and their types, and served, committed and rendered."""
