"""clfstats.spark.hadoop: which names are Hadoop's, and what its listing gives."""

import re
from fnmatch import fnmatchcase

import pytest

from clfstats.spark.hadoop import fitting, has_scheme


def test_a_scheme_makes_a_name_hadoops() -> None:
    assert all(map(has_scheme, ["hdfs:///a", "s3a://b/c", "file:///x", "HDFS://h:8020/*"]))
    assert not any(map(has_scheme, ["a", "/a//b", "a:b", "./hdfs://x", "://", "1://"]))


@pytest.mark.parametrize(
    "path", ["file:/a,b", "file:/a{b}", r"file:/a\b", "file:/[x]*?", "file:/a"]
)
def test_a_path_fits_its_pattern(path: str) -> None:
    """Commas would end it, brackets would mean others."""
    made = fitting(path)
    assert fnmatchcase(path, made)
    assert not re.search(r"[\\*\[\]{},]", made)
