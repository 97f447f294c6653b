"""`tripleos page` and `tripleos site`: what they write, and what they refuse."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from sim import Scenario
from sim.cli import answer
from sim.web.site import DOCUMENTS, write_site
from sim.web.tables import scenario_table


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a site."""
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    return folder


class Links(HTMLParser):
    """The links and pictures of a page, and its places to jump to."""

    def __init__(self, page):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.places.add(given.get("id"))
        self.links += [given[name] for name in ("href", "src") if given.get(name) and tag != "link"]


def test_every_link_of_the_site_leads_somewhere(site):
    pages = {
        file: Links(file.read_text(encoding="utf-8")) for file in site.glob("**/*.html") if file.name != "tripleos.html"
    }
    assert len(pages) > 10
    followed = 0
    for file, page in pages.items():
        for link in page.links:
            where = urlsplit(link)
            if where.scheme:
                continue
            target = (file.parent / unquote(where.path)).resolve() if where.path else file
            assert target.is_file(), f"{file.relative_to(site)} leads to {link}"
            if where.fragment and target in pages:
                assert unquote(where.fragment) in pages[target].places, f"{file.relative_to(site)} leads to {link}"
            followed += 1
    assert followed > 100


def test_all_documents_are_on_the_first_page(site):
    first = (site / "index.html").read_text(encoding="utf-8")
    for names in DOCUMENTS.values():
        for name, title in names.items():
            assert f'<a href="{name.removesuffix(".md")}.html">{title}</a>' in first


def test_the_site_looks_right_in_a_browser(opened, site):
    page = opened((site / "index.html").as_uri())
    page.click("text=Explore")
    page.wait_for_selector("#check[data-same='3']")
    page.goto((site / "README.html").as_uri())
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")


def test_without_a_checkout_there_are_the_documents_of_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.web.site._checkout", lambda: None)
    names = {file.relative_to(tmp_path).as_posix() for file in write_site(tmp_path)}
    assert names == {"index.html", "tripleos.html", "sim/ODD.html", "sim/PAGE.html", "sim/SPEED.html"}


def test_a_page_is_written_once_and_not_over_another_file(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert answer(["page", "balanced", "heads_down", "--world", "shock", "-o", "two.html"]) == 0
    assert re.fullmatch(r"two\.html: \d+ kB; open it in a browser\n", capsys.readouterr().out)
    made = (tmp_path / "two.html").read_text(encoding="utf-8")
    assert answer(["page", "-o", "two.html"]) == 2
    assert "has two.html already: nothing was replaced" in capsys.readouterr().err
    assert (tmp_path / "two.html").read_text(encoding="utf-8") == made
    assert answer(["page", "-o", "two.html", "--overwrite"]) == 0
    assert (tmp_path / "two.html").read_text(encoding="utf-8") != made


def test_files_of_scenarios_and_of_policies_are_both_taken(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    changed = Scenario.build("heads_down", "shock", workers=60, interventions=[{"week": 5, "openness": 0.4}])
    Path("scenario.toml").write_text(changed.to_toml(), encoding="utf-8")
    Path("policy.toml").write_text('base = "balanced"\nname = "ours"\nhurdle = 0.07\n', encoding="utf-8")
    assert answer(["page", "scenario.toml", "policy.toml", "heads_down", "-o", "all.html"]) == 0, (
        capsys.readouterr().err
    )
    whole = Path("all.html").read_text(encoding="utf-8")
    first, second, third = json.loads(re.search(r'id="tripleos">(.*)</script>', whole)[1])["given"]
    assert first == scenario_table(changed)
    assert (second["policy"], second["world"], second["values"]["hurdle"]) == ("ours", "turbulent", 0.07)
    assert (third["policy"], third["values"]["workers"]) == ("heads_down", 120)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["page", *5 * ["balanced"]], "a page shows up to 4 scenarios side by side; here are 5"),
        (["page", "balancd"], "did you mean 'balanced'"),
        (["page", "-o", "."], ". is a folder: the name of a file is needed"),
        (["site", "-o", "there"], "there holds files already: nothing was replaced"),
        (["site", "-o", "there/one"], "there/one is a file: the name of a folder is needed"),
    ],
)
def test_what_cannot_be_written_is_refused(arguments, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "one").write_text("mine")
    assert answer(arguments) == 2
    assert said in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["there"]
