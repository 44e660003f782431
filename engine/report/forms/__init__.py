"""Forms of a report for people: tables as CSV and XLSX, and a page to read and print."""

from typing import Any, Literal

FormKind = Literal["csv", "xlsx", "html"]


def written(report: dict[str, Any], form: FormKind) -> bytes:
    """A statement as the bytes of a file. What a form needs is loaded when it is asked for: a workbook takes long."""
    if form == "csv":
        from engine.report.forms.csv_form import as_csv

        return as_csv(report)
    if form == "xlsx":
        from engine.report.forms.workbook import as_xlsx

        return as_xlsx(report)
    from engine.report.forms.page import as_html

    return as_html(report)
