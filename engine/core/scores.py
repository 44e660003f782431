"""What a rating (好差评) says, in both languages: five stars and three parts. Everybody takes the words from here."""

from typing import Final

from engine.core.plan import Name

STARS: Final[dict[int, Name]] = {
    5: Name("非常满意", "Very satisfied"),
    4: Name("满意", "Satisfied"),
    3: Name("基本满意", "Fairly satisfied"),
    2: Name("不满意", "Dissatisfied"),
    1: Name("非常不满意", "Very dissatisfied"),
}
PARTS: Final[dict[str, Name]] = {
    "efficiency": Name("效率", "Efficiency"),
    "skill": Name("水平", "Skill"),
    "attitude": Name("态度", "Attitude"),
}
SATISFIED_MIN: Final = 3
"""From these stars on somebody counts as satisfied."""
