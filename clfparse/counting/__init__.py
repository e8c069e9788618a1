"""What clfstats and clfalert share of counting: values as keys, and those with the most hits."""
