"""From payloads back to a story: what a service was given, as a page that a writer can read and change.

    a text ── inputs ── raw parameters ── parameters ── checked payloads ── arrange ── panels ── writing ── a story

Everything that comes in is data from anywhere. What a story cannot say is noted, one line each, and left out; what it
can say compiles to the canonical form of what was given.
"""
