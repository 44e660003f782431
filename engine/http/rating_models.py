"""Bodies and answers of ratings (好差评)."""

from typing import Annotated, Literal

from pydantic import Field

from engine.http.answers import Answer, Name
from engine.http.bodies import Body

Stars = Annotated[
    int, Field(ge=1, le=5, description="5 非常满意 … 1 非常不满意 · 5 very satisfied … 1 very dissatisfied")
]


class Rate(Body):
    """What a visitor says of one item; the parts may be left out."""

    stars: Stars
    efficiency: Stars | None = None
    skill: Stars | None = None
    attitude: Stars | None = None


class RateTicket(Rate):
    step: Annotated[int, Field(ge=0, le=99)] = Field(0, description="第几项，从 0 起 · Which item of the visit, from 0")
    channel: Literal["qr", "phone"] = "phone"


class Rated(Answer):
    """The rating as it was taken, in words."""

    stars: int
    name: Name
    step: int
    position: int


class ScaleStars(Answer):
    stars: int
    name: Name


class ScalePart(Answer):
    id: Literal["efficiency", "skill", "attitude"]
    name: Name


class Scale(Answer):
    """The words of a rating, best first."""

    stars: list[ScaleStars]
    parts: list[ScalePart]


class Figures(Answer):
    """`rated` of `items` were rated; shares are of 1, null when they are of nothing."""

    items: int
    rated: int
    rate: float | None = Field(description="评价率 = rated ÷ items · Share of the items that were rated")
    mean: float | None
    satisfied: float | None = Field(description="满意率，以 rated 为底 · Share of the rated with 3 stars or more")
    stars: dict[str, int] = Field(description="各星级的数量 · How many said what")


class WindowFigures(Figures):
    window: str


class ClerkFigures(Figures):
    clerk: str


class Ratings(Answer):
    """The figures of the days that may still be rated."""

    days: list[str]
    all: Figures
    windows: list[WindowFigures]
    clerks: list[ClerkFigures]
    open_follow_ups: int
    position: int


class OwnRatings(Figures):
    """The figures of whoever sits at this window, and nothing of single visitors."""

    window: str
    clerk: str | None
    position: int
