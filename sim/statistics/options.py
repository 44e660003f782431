"""Which options of the commands go together."""

from pathlib import Path
from typing import Final, Literal

from engine.core.plan import Name
from sim.bad_option import BadOption

CONFIDENCE_MIN: Final = 0.5
CONFIDENCE_MAX: Final = 0.999


def require_sense(
    core: Literal["exact", "fast"] | None,
    workers: int | None,
    cluster: str | None,
    *,
    of_facts: dict[str, Path | None] | None = None,
) -> None:
    """Raise `BadOption` when options contradict each other."""
    is_fast = core == "fast" or cluster is not None
    for option, path in (of_facts or {}).items():
        if is_fast and path is not None:
            raise BadOption(
                option,
                Name("快速内核不产生逐条事实", "the fast core makes no facts"),
                Name("请用 --core exact，指标相同", "write --core exact, which gives the same figures"),
            )
    if (workers is not None and core != "fast" and cluster is None) or (cluster is not None and core == "exact"):
        raise BadOption(
            "--workers" if cluster is None else "--cluster",
            Name("精确内核在本机逐日进行", "the exact core lives one day after the other, on this machine"),
            Name("请加 --core fast", "write --core fast"),
        )
    if workers is not None and cluster is not None:
        raise BadOption(
            "--workers",
            Name("集群自有其线程", "a cluster has threads of its own"),
            Name("请去掉", "leave it out"),
        )


def require_confidence(confidence: float) -> None:
    # Not a number is neither less nor more than anything, so a range of the option would let it through.
    if not CONFIDENCE_MIN <= confidence <= CONFIDENCE_MAX:
        raise BadOption(
            "--confidence",
            Name(f"{confidence:g} 不可用", f"{confidence:g} cannot be used"),
            Name(f"请写 {CONFIDENCE_MIN} 到 {CONFIDENCE_MAX}", f"write {CONFIDENCE_MIN} to {CONFIDENCE_MAX}"),
        )


def no_cluster_for(reasons: tuple[Name, ...]) -> BadOption:
    """What to say when only the exact core can express an experiment, and a cluster was asked for."""
    return BadOption(
        "--cluster",
        Name(
            f"快速内核不支持{listed(reasons, 'zh')}，精确内核只在本机运行",
            f"the fast core cannot express {listed(reasons, 'en')}, and the exact one runs on this machine only",
        ),
        Name("请去掉 --cluster", "leave --cluster out"),
    )


def listed(names: tuple[Name, ...], language: Literal["zh", "en"]) -> str:
    """Names one after the other, in one language."""
    return ("、" if language == "zh" else ", ").join(getattr(name, language) for name in names)
