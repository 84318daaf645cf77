"""Takes invented readers and one edition's mail, gives figures of sending: speed, memory, and what a crash costs.

Next: benchmarks/delivery/sink.py.
"""

#: Open to the relay at the same time, for every contender alike.
CONNECTIONS = 4
