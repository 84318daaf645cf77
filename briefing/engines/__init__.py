"""Takes text, gives what a model says of it: language, vectors, a summary; and the machine's clock.

Next: briefing/engines/language.py.
"""
