"""The report: one page of HTML about all that was read, which loads nothing and runs nothing."""
