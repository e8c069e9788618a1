"""How many examples Hypothesis tries, and which: the variable HYPOTHESIS_PROFILE chooses.

`dev` tries other examples each time; `ci` two fifths as many, the same ones each time; `thorough`
many times as many. No profile has a deadline: how long an example takes says more of the machine
than of the code.
"""

import os

from hypothesis import HealthCheck, settings

USUAL = 100  # examples of a test that asks for no number, in `dev`
_CI = 0.4  # times as many
_THOROUGH = 20  # times as many


def load() -> None:
    """Load the chosen profile. Raises hypothesis.errors.InvalidArgument for an unknown one."""
    untimed = settings(
        deadline=None,
        derandomize=False,
        max_examples=USUAL,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.register_profile("dev", untimed)
    settings.register_profile("ci", untimed, derandomize=True, max_examples=int(USUAL * _CI))
    settings.register_profile("thorough", untimed, max_examples=USUAL * _THOROUGH)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "dev")


def max_examples(number: int) -> settings:
    """Return the settings of a test that tries `number` examples; `thorough` raises it as others'.

    Tests ask for a number here alone: a settings object of their own would be the same in each
    profile.
    """
    return settings(max_examples=number * settings().max_examples // USUAL)
