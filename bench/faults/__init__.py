"""Faults on purpose: `python -m bench.faults kills --store sqlite --rounds 200`.

Real processes on a real store behind real HTTP, under load, while something is done to them. At the
end it is counted what was acknowledged and is gone, what was done twice, and what nobody knows of.
"""
