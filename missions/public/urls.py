from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import views


class CodeConverter(StringConverter):
    """A code in an address. PostgreSQL takes no NUL in a string, so no record can have one."""

    regex = r"[^/\0]+"


register_converter(CodeConverter, "code")

urlpatterns = [
    path("", views.Overview.as_view(), name="overview"),
    path("missions/", views.MissionList.as_view(), name="missions"),
    path("missions/<code:code>/", views.MissionPage.as_view(), name="mission"),
    path("instruments/", views.Instruments.as_view(), name="instruments"),
    path("instruments/<code:code>/", views.InstrumentPage.as_view(), name="instrument"),
    path("owners/", views.Owners.as_view(), name="owners"),
    path("owners/<code:code>/", views.OwnerPage.as_view(), name="owner"),
    path("themes/", views.Themes.as_view(), name="themes"),
    path("themes/<code:code>/", views.ThemePage.as_view(), name="theme"),
    path("areas/", views.Areas.as_view(), name="areas"),
    path("areas/<code:code>/", views.AreaPage.as_view(), name="area"),
    path("report/completion.<str:ending>", views.report, name="report"),
]
