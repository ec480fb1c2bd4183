"""Jobs for providers: lock, settle and refund, each at most once, whatever crashes in between."""
