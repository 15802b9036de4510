from django.urls import path

from . import (
    about,
    changes,
    converters,  # noqa: F401  (registers the converter of codes)
    data,
    dimensions,
    downloads,
    embed,
    feeds,
    figures,
    missions,
    overview,
    reports,
)

# Other sites link to these.
WITH_A_PICTURE = ("missions", "instruments", "owners", "themes", "areas")

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("picture.png", overview.link_picture),
    *(path(f"{kind}/<code:code>/picture.png", overview.link_picture) for kind in WITH_A_PICTURE),
    path("missions/", missions.MissionList.as_view(), name="missions"),
    path("missions/<code:code>/", missions.MissionPage.as_view(), name="mission"),
    path("missions/<code:code>/changes.atom", feeds.mission_feed, name="mission-atom"),
    path("instruments/", dimensions.InstrumentList.as_view(), name="instruments"),
    path("instruments/<code:code>/", dimensions.InstrumentPage.as_view(), name="instrument"),
    path("owners/", dimensions.OwnerList.as_view(), name="owners"),
    path("owners/<code:code>/", dimensions.OwnerPage.as_view(), name="owner"),
    path("themes/", dimensions.ThemeList.as_view(), name="themes"),
    path("themes/<code:code>/", dimensions.ThemePage.as_view(), name="theme"),
    path("areas/", dimensions.AreaList.as_view(), name="areas"),
    path("areas/<code:code>/", dimensions.AreaPage.as_view(), name="area"),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("changes.csv", changes.changes_csv, name="changes-csv"),
    path("changes.atom", feeds.changes_feed, name="changes-atom"),
    path("figures/", figures.Figures.as_view(), name="figures"),
    path("reports/", reports.Reports.as_view(), name="reports"),
    path("reports/<slug:slug>/", reports.ReportPage.as_view(), name="frozen-report"),
    path("reports/<slug:slug>/<str:name>", reports.frozen_file, name="frozen-file"),
    path("report/completion.<str:ending>", downloads.report, name="report"),
    path("data/", data.Data.as_view(), name="data"),
    path("about/", about.About.as_view(), name="about"),
    path("embed/<code:code>/", embed.Embed.as_view(), name="embed"),
]
