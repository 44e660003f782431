"""Every no of the HTTP door, as RFC 9457 problem JSON in the reader's language."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from engine.core.refusals import Refusal
from engine.http.language import Language
from engine.wire.bad_file import BadFile

CONTENT_TYPE: Final = "application/problem+json"
BODY_BYTES_MAX: Final = 65_536
FILE_PROBLEMS_MAX: Final = 100
KEY_LENGTH_MAX: Final = 128

STATUS_OF_KIND: Final = {
    "unknown": 404,
    "conflict": 409,
    "invalid": 422,
    "denied": 403,
    "limit": 429,
    "unavailable": 503,
}
STATUS_OF_CODE: Final = {"disk-full": 507}
TITLES: Final[dict[int, tuple[str, str]]] = {
    400: ("请求有误", "Bad request"),
    401: ("需要登录", "Not logged in"),
    403: ("没有权限", "Not allowed"),
    404: ("未找到", "Not found"),
    405: ("方法不适用", "Method not allowed"),
    408: ("请求超时", "Request timed out"),
    409: ("与当前状态不符", "Conflict"),
    413: ("内容过大", "Too large"),
    415: ("格式不支持", "Unsupported media type"),
    422: ("内容不可用", "Cannot be done as asked"),
    429: ("次数过多", "Too many"),
    500: ("内部错误", "Internal error"),
    503: ("暂不可用", "Unavailable"),
    507: ("存储空间不足", "Out of storage"),
}


class FileProblem(BaseModel):
    """One mistake in a file somebody sent."""

    model_config = ConfigDict(defer_build=True)

    line: int
    column: str
    what: str
    fix: str


class Problem(BaseModel):
    """Why a request was refused: a stable `code` for machines and a `detail` for people."""

    model_config = ConfigDict(title="Problem", defer_build=True)

    type: str = Field(description="代码的说明，相对本机 · Where this code is explained")
    title: str
    status: int
    code: str = Field(pattern="^[a-z0-9-]+$")
    detail: str
    fields: list[str] | None = Field(None, description="有误的字段 · The fields that are wrong")
    problems: list[FileProblem] | None = Field(None, description="文件中的错误 · What is wrong in a file, by line")


class HttpRefusal(Refusal):
    """A no of the door itself, before the hall was asked."""

    status: ClassVar[int]

    def headers(self) -> Mapping[str, str]:
        """What the answer's header says beside."""
        return {}

    def extra(self, language: Language) -> dict[str, Any]:
        """Further members of the problem."""
        return {}


class BadJson(HttpRefusal):
    code, kind, status = "bad-json", "invalid", 400
    zh, en = "请求内容不是有效的 JSON。", "The body is not valid JSON."


class BadRequest(HttpRefusal):
    """`complaints` are (field, zh, en); the value somebody sent is never repeated."""

    code, kind, status = "bad-request", "invalid", 400
    zh, en = "{complaints_zh}", "{complaints_en}"

    def __init__(self, *complaints: tuple[str, str, str]) -> None:
        super().__init__(
            complaints_zh="；".join(f"{field}：{zh}" for field, zh, _ in complaints),
            complaints_en="; ".join(f"{field}: {en}" for field, _, en in complaints),
        )
        self._fields = [field for field, _, _ in complaints]

    def extra(self, language: Language) -> dict[str, Any]:
        return {"fields": self._fields}


class BadKey(HttpRefusal):
    code, kind, status = "bad-key", "invalid", 400
    zh = f"Idempotency-Key 须为 1 到 {KEY_LENGTH_MAX} 个可见 ASCII 字符。"
    en = f"Idempotency-Key must be 1 to {KEY_LENGTH_MAX} visible ASCII characters."


class PersonalWords(HttpRefusal):
    code, kind, status = "personal-data", "invalid", 422
    zh = "{field} 中有一长串数字，可能是证件号或电话号码；请不要填写个人信息。"
    en = "{field} holds a long row of digits that may be an identity or telephone number; leave personal data out."


class TooLarge(HttpRefusal):
    code, kind, status = "too-large", "invalid", 413
    zh = f"请求内容超过 {BODY_BYTES_MAX // 1024} KB。"
    en = f"The body is larger than {BODY_BYTES_MAX // 1024} KiB."

    def headers(self) -> Mapping[str, str]:
        return {"Connection": "close"}


class TooSlow(HttpRefusal):
    code, kind, status = "too-slow", "invalid", 408
    zh, en = "请求内容没有及时到达。", "The body did not arrive in time."

    def headers(self) -> Mapping[str, str]:
        return {"Connection": "close"}


class UnsupportedMedia(HttpRefusal):
    code, kind, status = "unsupported-media-type", "invalid", 415
    zh, en = "请用 Content-Type: application/json。", "Send Content-Type: application/json, not compressed."


class FileTooLarge(TooLarge):
    code = "file-too-large"
    zh, en = "文件超过 {limit} MB。", "The file is larger than {limit} MiB."


class WrongFileType(HttpRefusal):
    code, kind, status = "wrong-file-type", "invalid", 415
    zh = "请用 Content-Type: text/csv，或 XLSX 的类型。"
    en = "Send Content-Type: text/csv, or that of XLSX, not compressed."


class BadTable(HttpRefusal):
    """A file with mistakes in it; each stands in `problems`, the first of too many."""

    code, kind, status = "bad-file", "invalid", 422
    zh, en = "文件有 {count} 处错误，没有采用。", "Nothing was taken from the file; mistakes in it: {count}."

    def __init__(self, bad: BadFile) -> None:
        super().__init__(count=len(bad.problems))
        self._bad = bad

    def extra(self, language: Language) -> dict[str, Any]:
        zh = language == "zh"
        return {
            "problems": [
                {
                    "line": each.line,
                    "column": each.key,
                    "what": each.what.zh if zh else each.what.en,
                    "fix": each.fix.zh if zh else each.fix.en,
                }
                for each in self._bad.problems[:FILE_PROBLEMS_MAX]
            ]
        }


class NotLoggedIn(HttpRefusal):
    code, kind, status = "not-logged-in", "denied", 401
    zh, en = "请先登录，或在 Authorization 中给出令牌。", "Log in, or give a token in the Authorization header."

    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": 'Bearer realm="jiaohao"'}


class BadToken(NotLoggedIn):
    code = "bad-token"
    zh, en = "令牌无效。", "This token is not valid here."

    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": 'Bearer realm="jiaohao", error="invalid_token"'}


class WrongPassword(NotLoggedIn):
    code, zh, en = "wrong-password", "账号或密码不对。", "Name or password is wrong."


class WrongRole(HttpRefusal):
    code, kind, status = "wrong-role", "denied", 403
    zh, en = "您的身份不能做这项操作。", "Your role may not do this."


class OtherWindow(HttpRefusal):
    code, kind, status = "other-window", "denied", 403
    zh, en = "这不是您的窗口。", "This is not your window."


class OtherClerk(HttpRefusal):
    code, kind, status = "other-clerk", "denied", 403
    zh = "只能为本人签到签退，或请值班领导代办。"
    en = "You sign in and out for yourself only; a supervisor does it for others."


class ProofWrong(HttpRefusal):
    code, kind, status = "proof-wrong", "denied", 403
    zh = "验证码不对或已过期，请看大厅屏幕上现在的六位数字。"
    en = "This code is wrong or no longer valid; take the six digits the screen in the hall shows now."


class LaneNeedsStaff(HttpRefusal):
    code, kind, status = "lane-needs-staff", "denied", 403
    zh = "用手机只能取普通号；需要优先的，请找工作人员取号。"
    en = "A phone draws ordinary numbers only; for priority, please ask a member of staff."


class OtherDevice(HttpRefusal):
    code, kind, status = "other-device", "denied", 403
    zh, en = "设备只能报告自己的情况。", "A device reports on itself only."


class OtherOrigin(HttpRefusal):
    code, kind, status = "other-origin", "denied", 403
    zh, en = "请求来自别的网站。", "The request comes from another site."


class NotHere(HttpRefusal):
    code, kind, status = "path-unknown", "unknown", 404
    zh, en = "没有这个地址。", "There is nothing at this address."


class WrongMethod(HttpRefusal):
    code, kind, status = "method-not-allowed", "invalid", 405
    zh, en = "这个地址不支持此方法。", "This address does not take this method."

    def __init__(self, allowed: str) -> None:
        super().__init__()
        self._allowed = allowed

    def headers(self) -> Mapping[str, str]:
        return {"Allow": self._allowed}


class TooManyAttempts(HttpRefusal):
    code, kind, status = "too-many-attempts", "limit", 429
    zh, en = "尝试次数过多，请 {seconds} 秒后再试。", "Too many attempts; try again in {seconds} seconds."

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.words["seconds"])}


class TooManySubscribers(HttpRefusal):
    code, kind, status = "too-many-subscribers", "unavailable", 503
    zh, en = "连接数已满，请稍后再试。", "Too many screens are connected; try again later."

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": "5"}


class Internal(HttpRefusal):
    code, kind, status = "internal", "unavailable", 500
    zh, en = "系统出错，已记录。", "Something went wrong; it has been logged."


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal, the hall's or ours."""
    if isinstance(refusal, HttpRefusal):
        return refusal.status
    return STATUS_OF_CODE.get(refusal.code) or STATUS_OF_KIND[refusal.kind]


def answer(refusal: Refusal, language: Language) -> web.Response:
    """A refusal as an HTTP answer."""
    status = status_of(refusal)
    title = TITLES[status][0 if language == "zh" else 1]
    body = {
        "type": f"/api/docs#{refusal.code}",
        "title": title,
        "status": status,
        "code": refusal.code,
        "detail": refusal.sentence(language),
    }
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    if isinstance(refusal, HttpRefusal):
        body |= refusal.extra(language)
        headers |= refusal.headers()
    elif refusal.kind == "unavailable":
        headers["Retry-After"] = "1"
    return web.Response(status=status, body=to_json(body), content_type=CONTENT_TYPE, headers=headers)
