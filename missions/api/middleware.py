from ..bilingual import Words
from ..web.problems import MEDIA_TYPE, UNREADABLE, problem

API = "/api/"

# (title, detail) by status, for errors outside of operations.
ERRORS = {
    **UNREADABLE,
    404: (
        Words("Not found", "未找到"),
        Words(
            "The API has no such address. /api/v1/docs lists all addresses.",
            "接口没有这个地址，全部地址见 /api/v1/docs。",
        ),
    ),
    405: (
        Words("Method not allowed", "不支持此方法"),
        Words("The header Allow lists the supported methods.", "此地址支持的方法见 Allow 标头。"),
    ),
    411: (
        Words("Length required", "缺少长度"),
        Words("Send the body with Content-Length, not in chunks.", "请随正文发送 Content-Length，不要分块传输。"),
    ),
    412: (
        Words("Precondition failed", "前提条件不符"),
        Words("The content has changed, or does not match If-Match.", "内容已变，或与 If-Match 所指不符。"),
    ),
    500: (
        Words("Server error", "服务器错误"),
        Words("An error on our side. It has been logged. Try again later.", "本站出错，已记录，请稍后重试。"),
    ),
}


def api_errors_middleware(get_response):
    """Turn every error below /api/ into a problem document, and answer HEAD like GET."""

    def middleware(request):
        if not request.path_info.startswith(API):
            return get_response(request)
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            return problem(411, *ERRORS[411])  # gunicorn would pass an empty body
        method = request.method
        if method == "HEAD":
            request.method = "GET"  # ninja does not route HEAD
        response = get_response(request)
        request.method = method
        status = response.status_code
        if status in ERRORS and response["Content-Type"] != MEDIA_TYPE:
            headers = {"Allow": allowed_methods(response)} if status == 405 else {}
            return problem(status, *ERRORS[status], headers=headers)
        return response

    return middleware


def allowed_methods(response):
    methods = {method.strip() for method in response["Allow"].split(",")}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
