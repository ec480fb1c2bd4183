"""The program's rules written down a second time, as plain Python over plain numbers.

Each instruction is a method of `Model` that either changes the model or raises `Refused` and changes nothing. Reasons
are given in the order in which the program checks them. A new instruction needs a method here and an operation in
`program_harness.simulation`.
"""
