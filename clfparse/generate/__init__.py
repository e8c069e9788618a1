"""clfgen: access-log lines with current times, as a server writes them, to try the filters with.

`load` counts the lines that are due, `traffic` draws them, `replay` moves the times of old ones,
`stamp` writes times: values in, values out. `pace` keeps time, `output` reads and writes, and
`watch` ends the run.
"""
