"""clfparse: access-log lines in, JSON records out; and what every reader of its records needs.

`formats.grammar.parse` reads one line, `record.Record` is what comes of it. This file
imports nothing, so that clfstats and clfalert start without the grammar.
"""
