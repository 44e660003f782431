"""The refusals of cases."""

from engine.core.refusals.base import Refusal


class CaseUnknown(Refusal):
    code, kind = "case-unknown", "unknown"
    zh, en = "没有这件办不成事，或办结已久。", "There is no such case, or it was closed long ago."


class CaseStep(Refusal):
    code = "case-step"
    zh = "“{case}”现在还不能这样办（{state}）：依次为告知、协调、回访、办结。"
    en = "Case {case} is not there yet ({state}): inform, then coordinate, then call back, then close."


class CaseOver(Refusal):
    code = "case-over"
    zh, en = "“{case}”已经办结，如仍有问题请另开一件。", "Case {case} is closed; open another one if need be."


class CaseOpenAlready(Refusal):
    code = "case-open-already"
    zh, en = "这张号已有“{case}”，请在其中继续办理。", "This visit has case {case} already; go on with that one."


class DepartmentUnknown(Refusal):
    code, kind = "department-unknown", "unknown"
    zh, en = "没有“{department}”这个部门。", "There is no department “{department}”."


class SecondLead(Refusal):
    code = "second-lead"
    zh = "“{case}”已由“{department}”牵头，其他部门只能协办。"
    en = "Department “{department}” leads case {case} already; another one can only assist."


class CaseDueUnfit(Refusal):
    code, kind = "case-due-unfit", "invalid"
    zh, en = "完成期限须在今后 {days} 天之内。", "The due time must lie ahead, within {days} days."


class CaseTaskUnknown(Refusal):
    code, kind = "case-task-unknown", "unknown"
    zh, en = "这件办不成事没有这项任务。", "This case has no such task."


class CaseTaskDone(Refusal):
    code = "case-task-done"
    zh, en = "“{case}”的第 {task} 项任务已经完成。", "Task {task} of case {case} is done already."


class CaseTasksOpen(Refusal):
    code = "case-tasks-open"
    zh = "“{case}”还有 {count} 项任务未完成，完成后再回访。"
    en = "{count} tasks of case {case} are not done; call back when they are."


class CallBackFirst(Refusal):
    code = "call-back-first"
    zh = "须先回访：联系到群众一次，或尝试 {attempts} 次未果（已尝试 {made} 次）。"
    en = "Call the visitor back first: reached once, or tried {attempts} times ({made} so far)."
