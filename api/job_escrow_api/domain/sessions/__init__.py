"""Many requests on one lock: sessions that the server opens, settles and ends, and what it admits within them."""
