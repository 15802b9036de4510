"""What holds of every address of the API, also of one that it does not have."""

from ..bilingual_text import Words
from ..web.problems import MEDIA_TYPE, UNREADABLE, problem

API = "/api/"

# What the framework refuses before an operation is reached, or after it failed: (title, detail) by status.
REFUSALS = {
    **UNREADABLE,
    404: (
        Words("Not found", "未找到"),
        Words("The API has no such address: /api/v1/docs lists all.", "接口没有这个地址，全部地址见 /api/v1/docs。"),
    ),
    405: (
        Words("Method not allowed", "不支持此方法"),
        Words("The header Allow names what this address takes.", "此地址支持的方法见 Allow 标头。"),
    ),
    411: (
        Words("Length required", "缺少长度"),
        Words("Send the body with its Content-Length, not in chunks.", "请随正文发送 Content-Length，不要分块传输。"),
    ),
    412: (
        Words("Precondition failed", "前提条件不符"),
        Words("It has changed, or it is another one than If-Match names.", "内容已变，或与 If-Match 所指不符。"),
    ),
    500: (
        Words("Server error", "服务器错误"),
        Words("A mistake of this site. It is on record; try again later.", "本站出错，已记录，请稍后重试。"),
    ),
}


def for_programs(get_response):
    """Middleware: every refusal is one that a program can read, and HEAD asks for what GET would bring."""

    def middleware(request):
        if not request.path_info.startswith(API):
            return get_response(request)
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            return problem(411, *REFUSALS[411])  # such a body is not read, and would seem to be empty
        method = request.method
        if method == "HEAD":
            request.method = "GET"  # ninja's operations know none
        response = get_response(request)
        request.method = method
        status = response.status_code
        if status in REFUSALS and response["Content-Type"] != MEDIA_TYPE:
            kept = {"Allow": allowed(response)} if status == 405 else {}
            return problem(status, *REFUSALS[status], headers=kept)
        return response

    return middleware


def allowed(response):
    """The methods of the address, HEAD among them wherever GET is."""
    methods = {method.strip() for method in response["Allow"].split(",")}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
