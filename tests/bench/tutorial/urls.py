from django.urls import path
from django_filters import FilterSet
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin, Table

from .models import Mission


class MissionTable(Table):
    class Meta:
        model = Mission
        template_name = "django_tables2/bootstrap.html"


class MissionFilter(FilterSet):
    class Meta:
        model = Mission
        fields = {name: ["exact"] for name in ("instrument", "status", "owner", "theme")}


class FilteredMissionListView(SingleTableMixin, FilterView):
    table_class = MissionTable
    queryset = Mission.objects.select_related("instrument", "owner", "theme")
    template_name = "tutorial/list.html"
    filterset_class = MissionFilter
    table_pagination = {"per_page": 50}


urlpatterns = [path("", FilteredMissionListView.as_view())]
