"""What visits do beside waiting and being served, summed up for learning shares and lengths."""

from collections import Counter
from typing import Final

from sim.learning.sample import Sample
from sim.learning.seen import Seen
from sim.result import SERVED
from sim.visits import Course

OUTCOMES: Final = ("told-missing", "papers-follow", "turned-away", "cannot")
NOTHING_ELSE: Final = Course()


class ConductSums:
    """Counts and lengths of what was seen; `of_service` counts, by service, those who might and those who did."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.stars: Counter[int] = Counter()
        self.hold_kinds: Counter[str] = Counter()
        self.by_service: Counter[tuple[str, str]] = Counter()
        self.lengths: dict[str, Sample] = {}

    def add(self, visit: Seen) -> None:
        """Take in a visit: some of it is known of everybody who drew a number, most only of who was served."""
        course = visit.course or NOTHING_ELSE
        service_id, counts = visit.service_id, self.counts
        self.by_service["visits", service_id] += 1
        counts["on_behalf"] += course.on_behalf
        counts["not_printed"] += not course.is_printed
        if course.booking is not None:
            self.by_service["booked", service_id] += 1
        if course.form_ms is not None:
            self.by_service["forms", service_id] += 1
            self._length("forms", course.form_ms)
        if visit.end != SERVED:
            return
        counts["served"] += 1
        if visit.course is not None:
            self._served(course, service_id)
        else:
            self.by_service["done", service_id] += 1

    def _served(self, course: Course, service_id: str) -> None:
        counts = self.counts
        if course.more:
            counts["combined"] += 1
            counts["items"] += 1 + len(course.more)
            counts["stays"] += course.stays
        elif course.outcome == "accepted":
            self._back_office(course, service_id)
        else:
            if course.outcome == "done":
                self.by_service["done", service_id] += 1
            counts["transfers"] += course.transfer_to is not None
        if course.outcome in OUTCOMES:
            counts[course.outcome] += 1
        if course.outcome == "told-missing" and course.returns_ms is not None:
            counts["returns"] += 1
            self._length("returns", course.returns_ms)
        if course.hold is not None:
            counts["holds"] += 1
            self.hold_kinds[course.hold.kind] += 1
            self._length("holds", course.hold.for_ms)
        if course.stars is not None:
            self.stars[course.stars] += 1

    def _back_office(self, course: Course, service_id: str) -> None:
        self.by_service["accepted", service_id] += 1
        if course.stage_ms is not None:
            self.counts["same_day"] += 1
            self.counts["waits"] += course.waits
            self._length("back_office", course.stage_ms)
        self._length("collect", course.collect_ms)

    def _length(self, name: str, length_ms: int) -> None:
        """A length that is not known stands as 0, and tells nothing."""
        if length_ms > 0:
            self.lengths.setdefault(name, Sample()).add(length_ms)
