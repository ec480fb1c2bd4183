"""Whether the server can do its work, part by part: for load balancers, Prometheus, and who is called at night."""
