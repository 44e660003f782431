"""The scenario file that says what was learnt, every figure with what it was taken from."""

from collections.abc import Iterator

from engine.core.plan import Name
from sim.learning.handling import EMPIRICAL, OWN, POOLED_CV, Handling
from sim.learning.learned import Learned, Shares
from sim.learning.notes import Note
from sim.learning.rates import SIGNIFICANT, Rates

MARKS = (
    "# [M] measured, with n visits or days behind it; [S] a setting, for what the log does not show.\n"
    "# [M] 实测，n 为所依据的人次或天数；[S] 设定值，记录中看不出。"
)


def scenario_text(learned: Learned, name: Name, hall: str, source: str, notes: list[Note]) -> str:
    """The text of the file; `hall` is as the file shall name it, `source` names the log."""
    parts = [
        _head(source, notes),
        "\n".join(_day(learned.rates, name, hall)),
        *_pulses(learned.rates),
        *_groups(learned.rates),
        *(_service(share, learned.handling[service_id]) for service_id, share, _ in learned.services.items()),
        _shares("lanes", learned.lanes),
        *([_shares("channels", learned.channels)] if learned.channels else []),
        "\n".join(_patience(learned)),
        "\n".join(_no_show(learned)),
        "\n".join(_clerks(learned)),
        *_roster(learned),
        *_conduct(learned),
    ]
    return "\n\n".join(parts) + "\n"


def _head(source: str, notes: list[Note]) -> str:
    lines = [
        f"# Learnt from {source} by `jiaohao learn`; read by `jiaohao simulate` and `jiaohao plan`. / 由记录学得。",
        MARKS,
        *(f"#\n# {note.words.en}\n# {note.words.zh}" for note in notes),
    ]
    return "\n".join(lines)


def _day(rates: Rates, name: Name, hall: str) -> Iterator[str]:
    yield "[scenario]"
    yield f"name = {{ zh = {_quoted(name.zh)}, en = {_quoted(name.en)} }}"
    yield f"hall = {_quoted(hall)}"
    yield f"visits_per_day = {max(1, round(rates.per_day))}  # [M] n={rates.days} days, mean {rates.per_day:.2f}"
    if rates.weekdays:
        yield f"weekdays = {_numbers(rates.weekdays)}  # [M] Monday first; {_of_weekdays(rates)}"
    if rates.months:
        yield f"months = {_numbers(rates.months)}  # [M] January first, 1 for months not seen; p={rates.months_p:.2g}"
    yield f'opens = "{clock(rates.opens)}"'
    yield "slot_minutes = 30"
    yield "# [M] visits of each half hour on a mean day, without those of a pulse"
    yield f"shape = {_numbers(rates.shape)}"
    if rates.over_dispersion is None or rates.level_variance is None:
        yield "over_dispersion = 1  # [S] one day does not show how days differ"
    else:
        variance, error = rates.level_variance
        told = f"the day's level varies by {variance:.4f} ± {error:.4f} (standard error)"
        yield f"over_dispersion = {number(rates.over_dispersion)}  # [M] n={rates.days} days; {told}"


def _of_weekdays(rates: Rates) -> str:
    if rates.weekdays_p is None or rates.weekdays_p >= SIGNIFICANT:
        return "nobody came on those with 0"
    return f"that chance alone makes them differ so has p={rates.weekdays_p:.2g}"


def _pulses(rates: Rates) -> Iterator[str]:
    for minute, share in rates.pulses:
        yield f'[[pulse]]  # [M] more than in the minutes around it\nat = "{clock(minute)}"\nshare = {number(share)}'


def _groups(rates: Rates) -> Iterator[str]:
    if rates.groups is not None:
        share, size = rates.groups
        yield f"[groups]  # [M] the same moment and service, beyond chance\nshare = {number(share)}\nsize = {size}"


def _service(share: float, handling: Handling) -> str:
    lines = [f"[services.{handling.service_id}]", f"share = {number(share, 6)}"]
    seen = f"n={handling.count}"
    if handling.observed_mean is not None and handling.observed_cv is not None:
        seen += f", mean {handling.observed_mean:.3f} min, cv {handling.observed_cv:.3f}"
    if handling.basis == EMPIRICAL:
        assert handling.fit is not None
        refused = f"AD refuses the {handling.fit.family}, p={handling.fit.ad_p:.3f}"
        return "\n".join(
            [*lines, f'distribution = "empirical"  # [M] {seen}; {refused}', f"minutes = {_numbers(handling.minutes)}"]
        )
    mark = "[M]" if handling.basis in (OWN, POOLED_CV) else "[S] the mean of all services;"
    lines.append(f"mean_minutes = {number(handling.mean)}  # {mark} {seen}")
    if handling.basis == OWN:
        assert handling.fit is not None
        told = f"lowest AIC; KS p={handling.fit.ks_p:.3f}, AD p={handling.fit.ad_p:.3f}"
        lines.append(f'distribution = "{handling.family}"  # [M] {told}')
        if handling.family != "exponential":
            lines.append(f"cv = {number(handling.cv)}  # [M] of the fit")
    else:
        lines += ['distribution = "lognormal"  # [S]', f"cv = {number(handling.cv)}  # [S] that of all services"]
    return "\n".join(lines)


def _shares(table: str, shares: Shares) -> str:
    lines = [f"{name} = {number(share, 6)}  # n={count}" for name, share, count in shares.items()]
    return "\n".join([f"[{table}]  # [M] n={shares.total}", *lines])


def _patience(learned: Learned) -> Iterator[str]:
    patience = learned.patience
    if patience is None:
        yield "[patience]  # [S] see above"
        yield 'distribution = "none"'
        return
    others = (
        "" if patience.left == patience.count else " left; of the others one knows that they would have waited longer"
    )
    yield f"[patience]  # [M] n={patience.count}, {patience.left}{others or ' known'}"
    yield f'distribution = "{patience.family}"'
    yield f"mean_minutes = {number(min(1_440.0, patience.mean))}"
    if patience.family == "weibull":
        yield f"shape = {number(min(10.0, max(0.1, patience.shape)))}"
    if patience.family == "lognormal":
        yield f"cv = {number(min(10.0, max(0.001, patience.cv)))}"


def _no_show(learned: Learned) -> Iterator[str]:
    yield "[no_show]"
    share = learned.no_show
    yield f"share = {number(share or 0.0, 5)}" + (
        f"  # [M] n={learned.called} called" if share is not None else "  # [S]"
    )
    if learned.habits.absent_s is not None:
        yield f"wait_seconds = {number(learned.habits.absent_s)}  # [M] n={learned.habits.absences}"


def _clerks(learned: Learned) -> Iterator[str]:
    habits = learned.habits
    yield "[clerks]"
    for key, seconds, count in (
        ("walk_seconds", habits.walk_s, habits.walks),
        ("gap_seconds", habits.gap_s, habits.gaps),
    ):
        yield (
            f"{key} = {number(min(3_600.0, seconds))}  # [M] n={count}" if seconds is not None else f"{key} = 0  # [S]"
        )
    if habits.rests is not None:
        share, minutes = habits.rests
        yield f"pauses = {{ share = {number(share)}, minutes = {number(max(0.01, minutes))} }}  # [M] n={habits.gaps}"


def _roster(learned: Learned) -> Iterator[str]:
    for windows, spans in learned.roster or ():
        listed = ", ".join(_quoted(window) for window in windows)
        told = ", ".join(f'"{clock(span.start)}-{clock(span.end)}"' for span in spans)
        yield f"[[roster]]  # [M] staffed on most days, n={learned.rates.days}\nwindows = [{listed}]\nspans = [{told}]"


def _conduct(learned: Learned) -> Iterator[str]:
    for table, figures in learned.conduct.items():
        lines = [
            f"{figure.key} = {figure.value}" + (f"  # [M] n={figure.count}" if figure.count is not None else "")
            for figure in figures
        ]
        yield "\n".join([f"[conduct.{table}]", *lines])


def clock(minute: int) -> str:
    """
    >>> clock(510), clock(1440)
    ('08:30', '24:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def number(value: float, places: int = 4) -> str:
    """A number as short as it can be with so many places.

    >>> number(0.25), number(12.0), number(0.00001)
    ('0.25', '12', '0')
    """
    return f"{value:.{places}f}".rstrip("0").rstrip(".")


def _numbers(values: "list[float] | tuple[float, ...]") -> str:
    return f"[{', '.join(map(number, values))}]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
