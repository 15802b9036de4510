from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import about, cards, changes, dimensions, downloads, feeds, figures, missions, overview, pictures, reports


class CodeConverter(StringConverter):
    """A code in an address. PostgreSQL takes no NUL in a string, so no record can have one."""

    regex = r"[^/\0]+"


register_converter(CodeConverter, "code")

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("picture.png", pictures.overview_picture, name="picture"),
    path("missions/", missions.MissionList.as_view(), name="missions"),
    path("missions/<code:code>/", missions.MissionPage.as_view(), name="mission"),
    path("missions/<code:code>/picture.png", pictures.mission_picture, name="mission-picture"),
    path("missions/<code:code>/changes.atom", feeds.mission_feed, name="mission-atom"),
    path("instruments/", dimensions.Instruments.as_view(), name="instruments"),
    path("instruments/<code:code>/", dimensions.InstrumentPage.as_view(), name="instrument"),
    path("instruments/<code:code>/picture.png", pictures.instrument_picture, name="instrument-picture"),
    path("owners/", dimensions.Owners.as_view(), name="owners"),
    path("owners/<code:code>/", dimensions.OwnerPage.as_view(), name="owner"),
    path(
        "owners/<code:code>/picture.png",
        pictures.dimension_picture,
        {"page": dimensions.OwnerPage},
        name="owner-picture",
    ),
    path("themes/", dimensions.Themes.as_view(), name="themes"),
    path("themes/<code:code>/", dimensions.ThemePage.as_view(), name="theme"),
    path(
        "themes/<code:code>/picture.png",
        pictures.dimension_picture,
        {"page": dimensions.ThemePage},
        name="theme-picture",
    ),
    path("areas/", dimensions.Areas.as_view(), name="areas"),
    path("areas/<code:code>/", dimensions.AreaPage.as_view(), name="area"),
    path(
        "areas/<code:code>/picture.png",
        pictures.dimension_picture,
        {"page": dimensions.AreaPage},
        name="area-picture",
    ),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("changes.csv", downloads.changes, name="changes-csv"),
    path("changes.atom", feeds.changes_feed, name="changes-atom"),
    path("figures/", figures.Figures.as_view(), name="figures"),
    path("reports/", reports.Reports.as_view(), name="reports"),
    path("reports/<slug:slug>/", reports.ReportPage.as_view(), name="frozen-report"),
    path("reports/<slug:slug>/<str:name>", reports.frozen_file, name="frozen-file"),
    path("report/completion.<str:ending>", downloads.report, name="report"),
    path("data/", about.Data.as_view(), name="data"),
    path("about/", about.About.as_view(), name="about"),
    path("embed/<code:code>/", cards.Embed.as_view(), name="embed"),
]
