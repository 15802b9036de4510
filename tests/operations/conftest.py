import pytest
from prometheus_client.parser import text_string_to_metric_families

TOKEN = "a-token-for-tests-of-32-characters"


def samples(text):
    """(name, labels as sorted pairs) → value."""
    families = text_string_to_metric_families(text)
    return {(each.name, *sorted(each.labels.items())): each.value for family in families for each in family.samples}


@pytest.fixture
def scrape(client, settings):
    settings.HUB_METRICS_TOKEN = TOKEN

    def scrape():
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; version=1.0.0; charset=utf-8")
        assert ("no-store" in answer["Cache-Control"], answer.cookies) == (True, {})
        return samples(answer.content.decode())

    return scrape
