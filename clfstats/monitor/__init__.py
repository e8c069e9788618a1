"""clfmon: the whole pipeline on a log, or on made-up traffic, as one command.

`commands` says what is run, `demo` what is different of made-up traffic: values in, values out.
`logs` looks at what is to be followed, `messages` is a file for what the commands report, `members`
starts them, `arrivals` are signals, and the `supervisor` sees to it that all end together, by
`steps`.
"""
