from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import dimensions, downloads, missions, overview


class CodeConverter(StringConverter):
    """A code in an address. PostgreSQL takes no NUL in a string, so no record can have one."""

    regex = r"[^/\0]+"


register_converter(CodeConverter, "code")

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("missions/", missions.MissionList.as_view(), name="missions"),
    path("missions/<code:code>/", missions.MissionPage.as_view(), name="mission"),
    path("instruments/", dimensions.Instruments.as_view(), name="instruments"),
    path("instruments/<code:code>/", dimensions.InstrumentPage.as_view(), name="instrument"),
    path("owners/", dimensions.Owners.as_view(), name="owners"),
    path("owners/<code:code>/", dimensions.OwnerPage.as_view(), name="owner"),
    path("themes/", dimensions.Themes.as_view(), name="themes"),
    path("themes/<code:code>/", dimensions.ThemePage.as_view(), name="theme"),
    path("areas/", dimensions.Areas.as_view(), name="areas"),
    path("areas/<code:code>/", dimensions.AreaPage.as_view(), name="area"),
    path("report/completion.<str:ending>", downloads.report, name="report"),
]
