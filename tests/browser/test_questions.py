"""A kind brings its questions and its plan; answers are saved one by one; a caller is split off; dispositions are rows."""

import pytest
from playwright.sync_api import expect

from incidents.models import Incident
from incidents.questions.models import Answer
from tests import factories
from tests.browser.test_pages import faults_of


@pytest.fixture
def asked(city):
    """Burglaries are asked about."""
    city.burglary.plan = {"en": "One patrol, without siren."}
    city.burglary.save()
    factories.QuestionFactory(type=city.burglary, code="inside", text="Is somebody inside?", raises={"yes": 1}, order=1)
    factories.QuestionFactory(type=city.burglary, code="many", kind="number", text="How many?", order=2)
    factories.DispositionFactory(code="resolved", name="Resolved there")
    factories.DispositionFactory(code="nothing", name="Nothing there", order=1).types.add(city.violence)


def test_answers_of_a_call_come_with_its_incident(seat, asked, dispatcher, city):
    page = seat(dispatcher).page
    page.keyboard.press("c")
    page.locator("#call-place input").fill("код поште")
    page.locator("#call-type input").fill("Burg")
    page.locator("#call-type [role=option]").first.click()
    expect(page.locator("call-form")).to_contain_text("One patrol, without siren.")
    page.get_by_label("yes", exact=True).check()
    page.get_by_label("How many?").fill("2")
    page.get_by_label("How many?").press("Tab")
    expect(page.locator(".saved")).to_have_text("saved")
    assert faults_of(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("#incident-title .priority")).to_have_text("1")
    expect(page.locator(".timeline")).to_contain_text("Is somebody inside? yes")
    assert dict(Answer.objects.values_list("question__code", "value")) == {"inside": "yes", "many": 2}


def test_an_answer_is_seen_by_the_other_at_once(seat, asked, dispatcher, second_dispatcher, open_incident):
    alice, bob = seat(dispatcher).page, seat(second_dispatcher).page
    expect(bob.locator("#questions-title")).to_be_visible()
    alice.get_by_label("How many?").fill("3")
    alice.get_by_label("How many?").press("Enter")
    alice.get_by_label("How many?").blur()
    expect(bob.get_by_label("How many?")).to_have_value("3")
    assert faults_of(bob) == []


def test_a_caller_is_split_off_and_an_incident_ends_only_as_its_kind_does(seat, asked, dispatcher, open_incident, city):
    factories.CallFactory(incident=open_incident)
    factories.CallFactory(incident=open_incident, caller_name="Петар", text="Туча")
    page = seat(dispatcher).page
    page.get_by_role("button", name="split off").last.click()
    page.get_by_label("Kind").select_option("violence")
    assert faults_of(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#incident-title")).to_contain_text("Violence")
    assert Incident.objects.count() == 2
    page.keyboard.press("x")
    expect(page.get_by_label("Disposition").locator("option")).to_have_text(["Resolved there", "Nothing there"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(f"#incident-{open_incident.pk}").click()
    expect(page.locator("#incident-title")).to_contain_text("Burglary")
    page.keyboard.press("x")
    expect(page.get_by_label("Disposition").locator("option")).to_have_text(["Resolved there"])
