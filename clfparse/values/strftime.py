"""Times written by a strftime format, as in Apache's ``%{%d/%b/%Y:%T}t``: read back in parts.

The conversions are those of POSIX's strftime in the C locale, which servers log in.
"""

import re

from clfparse.values.times import written

_MONTHS = {
    "January": "01",
    "February": "02",
    "March": "03",
    "April": "04",
    "May": "05",
    "June": "06",
    "July": "07",
    "August": "08",
    "September": "09",
    "October": "10",
    "November": "11",
    "December": "12",
}
_SHORT = [name[:3] for name in _MONTHS]

# Conversions that stand for others.
_SHORTHANDS = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "h": "%b",
    "r": "%I:%M:%S %p",
    "R": "%H:%M",
    "T": "%H:%M:%S",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
}

# The part of a time that a conversion is, and its pattern; no part if nothing need be known of it.
_PARTS = {
    "a": ("", "[A-Z][a-z]{2}"),
    "A": ("", "[A-Z][a-z]+"),
    "b": ("name", "[A-Z][a-z]{2}"),
    "B": ("long", "[A-Z][a-z]+"),
    "d": ("day", r"\d\d"),
    "e": ("day", r"[ \d]\d"),
    "H": ("hour", r"\d\d"),
    "I": ("hour12", r"\d\d"),
    "k": ("hour", r"[ \d]\d"),
    "l": ("hour12", r"[ \d]\d"),
    "m": ("month", r"\d\d"),
    "M": ("minute", r"\d\d"),
    "p": ("half", "[AP]M"),
    "s": ("epoch", r"\d{1,12}"),
    "S": ("second", r"\d\d"),
    "t": ("", "\t"),
    "u": ("", r"\d"),
    "w": ("", r"\d"),
    "y": ("year2", r"\d\d"),
    "Y": ("year", r"\d{4}"),
    "z": ("zone", r"[+-]\d{4}"),
    "Z": ("abbreviation", "UTC|GMT"),
    "%": ("", "%"),
}

# Beyond POSIX: fractions of a second, and an offset with a colon.
_EXTRA = {"%3f": ("", r"\d{3}"), "%f": ("", r"\d{6}"), "%:z": ("zone", r"[+-]\d\d:\d\d|Z")}

# What a number of two digits is with a flag of the GNU C library.
_PADDED = {"-": r"\d\d?", "_": r"[ \d]\d", "0": r"\d\d"}


def pattern(form: str) -> tuple[str, list[str]]:
    """Return the pattern of a time written by a format, and the names of its groups.

    Raises ValueError, with the position as its second argument, for a conversion that is unknown.
    """
    source, names = "", []
    for match in re.finditer(r"%([E0O_:3-]?)(.?)|[^%]+", form, re.DOTALL):
        flag, conversion = match.groups()
        if conversion is None:
            literal = match[0]
            if source and re.match(r"Z\b", literal):  # ISO 8601's letter for UTC
                source, literal = source + "(Z)", literal[1:]
                names.append("abbreviation")
            source += re.escape(literal)
        elif match[0] in _EXTRA:
            name, part = _EXTRA[match[0]]
            source += f"({part})" if name else f"(?:{part})"
            names += [name] if name else []
        elif conversion in _SHORTHANDS:
            part, inner = pattern(_SHORTHANDS[conversion])
            source += part
            names += inner
        elif conversion in _PARTS:
            name, part = _PARTS[conversion]
            if flag in _PADDED and part in {r"\d\d", r"[ \d]\d"}:
                part = _PADDED[flag]
            source += f"({part})" if name else f"(?:{part})"
            names += [name] if name else []
        else:
            raise ValueError(f"a time's {match[0]} cannot be read back", match.start())
    return source, names


# Letters of Java's SimpleDateFormat, in which Tomcat takes a time's format.
_JAVA = {
    "yyyy": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
    "HH": "%H",
    "H": "%-H",
    "hh": "%I",
    "h": "%-I",
    "mm": "%M",
    "ss": "%S",
    "a": "%p",
    "EEE": "%a",
    "EEEE": "%A",
    "Z": "%z",
    "z": "%Z",
    "XX": "%z",
    "XXX": "%:z",
    "SSS": "%3f",
}
_JAVA_PART = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)


def of_java(form: str) -> str:
    """Turn a format of SimpleDateFormat into one of strftime; what it does not know stays."""
    made = ""
    for part in _JAVA_PART.finditer(form):
        if part[1] is not None:
            made += part[1].replace("''", "'") or "'"
        else:
            made += _JAVA.get(part[0], part[0])
    return made.replace("%%", "%")


def is_date(names: set[str]) -> bool:
    """Tell whether parts of these names make a time: a day, and at least an hour and a minute."""
    day = "day" in names and names & {"month", "name", "long"} and names & {"year", "year2"}
    hour = "minute" in names and ("hour" in names or {"hour12", "half"} <= names)
    return "epoch" in names or bool(day and hour)


def assemble(parts: dict[str, str]) -> str:
    """Put parts together to an RFC 3339 time; without a zone it is of --zone's, or UTC.

    Raises ValueError for a time that does not exist.
    """
    zone = parts.get("zone") or parts.get("abbreviation")
    parts = {name: part.strip().zfill(2) for name, part in parts.items()}
    month = parts.get("month") or _MONTHS.get(parts.get("long", ""), "00")
    if "name" not in parts and not "01" <= month <= "12":
        raise ValueError(f"no month {parts.get('long', month)}")
    name = parts.get("name") or _SHORT[int(month) - 1]
    year = parts.get("year") or century(parts["year2"])
    day = parts["day"]
    hour = parts["hour"] if "hour" in parts else _hour(parts)
    clock = f"{hour}:{parts['minute']}:{parts.get('second', '00')}"
    return written(f"{day}/{name}/{year}:{clock}{f' {zone}' if zone else ''}".encode())


def century(year: str) -> str:
    """Return a year of two digits in full, as POSIX has it: 69 to 99 are of the 20th century."""
    return ("19" if year >= "69" else "20") + year


def _hour(parts: dict[str, str]) -> str:
    if not 1 <= int(parts["hour12"]) <= 12:
        raise ValueError(f"no hour {parts['hour12']} of twelve")
    return f"{int(parts['hour12']) % 12 + 12 * (parts['half'] == 'PM'):02}"
