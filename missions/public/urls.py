from django.urls import path

from . import views

urlpatterns = [
    path("", views.Overview.as_view(), name="overview"),
    path("missions/", views.MissionList.as_view(), name="missions"),
    path("missions/<str:code>/", views.MissionPage.as_view(), name="mission"),
    path("instruments/", views.Instruments.as_view(), name="instruments"),
    path("instruments/<str:code>/", views.InstrumentPage.as_view(), name="instrument"),
    path("owners/", views.Owners.as_view(), name="owners"),
    path("owners/<str:code>/", views.OwnerPage.as_view(), name="owner"),
    path("themes/", views.Themes.as_view(), name="themes"),
    path("themes/<str:code>/", views.ThemePage.as_view(), name="theme"),
    path("areas/", views.Areas.as_view(), name="areas"),
    path("areas/<str:code>/", views.AreaPage.as_view(), name="area"),
    path("report/completion.<str:ending>", views.report, name="report"),
]
