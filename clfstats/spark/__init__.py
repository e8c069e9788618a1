"""clfspark: parts of logs that one machine would take too long for, counted by Spark.

`logs` lists files, `look` says which must be read whole, `plan` cuts the others into `splits`.
`work` is what is done to one split: it makes `pairs`, and a `report` of what could not be read.
`session` starts Spark and ends it, once `needs` has looked for it, and `reasons` say why it failed;
`hadoop` knows files of its file systems; `job` lays out the work, and `shipped` is the code that
goes to executors. `drive` goes through all of it, with `progress` on a terminal, `emit` writes what
comes, and `stop` is for Ctrl-C.
"""
