"""The documents say what is so: examples validate, links lead somewhere, names and messages exist in the code."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from provider import __version__, catalogue
from provider.auth import certificate
from provider.auth.remedies import REMEDIES
from provider.config import block
from provider.config.clouds import endpoints
from provider.config.settings import merge
from provider.framework.schema import Nested
from provider.plugin import handshake
from tests.docs import markdown
from tests.terraform import Terraform
from tools import docs

ROOT = Path(__file__).resolve().parent.parent.parent
CLI_CONFIG = ROOT / ".build/terraform.rc"
GUIDE = ROOT / "docs/guides/client_certificate.md"
INDEX = ROOT / "docs/index.md"

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# Those in `development` are for whoever changes the provider; the registry does not show them.
PAGES = sorted(page for page in ROOT.glob("docs/**/*.md") if page.parent.name != "development")
EXAMPLES = sorted(path.parent for path in ROOT.glob("examples/**/*.tf"))

# What is no setting of the provider block. Each is read somewhere in this repository, or is Terraform's own.
NOT_IN_THE_BLOCK = {
    "M365_PLUGIN_CONNECT_SECONDS",
    "M365_PLUGIN_TCP",
    "TERRAFORM",
    "TERRAFORM_RELEASES_URL",
    "TF_CLI_CONFIG_FILE",
    "TF_DISABLE_PLUGIN_TLS",
    "TF_LOG",
    "TF_LOG_PROVIDER",
    "TF_LOG_PROVIDER_MICROSOFT365",
    "TF_REATTACH_PROVIDERS",
    "TF_VAR_client_certificate_data",
    "PLUGIN_CLIENT_CERT",
    "HTTPS_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
}
OURS = re.compile(r"\b(?:M365|AZURE|ARM|ACTIONS|TF|PLUGIN|TERRAFORM|REQUESTS|SSL|HTTPS)_[A-Za-z0-9_]*[A-Za-z0-9]\b")
# The only addresses that documents may have; and a path that begins in the folder of a person.
HOSTS = {"entra.microsoft.com", "keepachangelog.com", "semver.org", "releases.hashicorp.com"}
PERSONAL = re.compile(r"(?<![\w.])/(?:root|home|Users)/|[A-Z]:\\Users")


def name(path: Path) -> str:
    """Return a path as the tests' ids show it."""
    return path.relative_to(ROOT).as_posix()


def configurations() -> list[pytest.param]:  # type: ignore[valid-type]
    """Return each complete configuration in the examples and in the documents: an id, and its text."""
    found = [(name(folder), (next(folder.glob("*.tf"))).read_text(encoding="utf-8")) for folder in EXAMPLES]
    for document in DOCUMENTS:
        for number, each in enumerate(markdown.blocks(document.read_text(encoding="utf-8"))):
            if each.language in ("terraform", "hcl"):
                found.append((f"{name(document)}:{number}", each.code))
    return [pytest.param(text, id=identity) for identity, text in found]


@pytest.mark.parametrize("text", configurations())
def test_a_configuration_is_complete_formatted_and_valid(text: str, tmp_path: Path) -> None:
    """Every one of them, alone in a folder, without any variable of the provider."""
    terraform = Terraform(tmp_path, CLI_CONFIG)
    terraform.write(text)
    assert 'source = "registry.terraform.io/local/microsoft365"' in text
    assert terraform.run("fmt", "-check", "-diff").stdout == ""
    terraform.init()
    assert "Success! The configuration is valid." in terraform.validate().stdout


def test_there_are_examples_for_all_ways_to_configure_and_for_each_data_source() -> None:
    """A folder for each case."""
    found = {name(folder) for folder in EXAMPLES}
    assert {"examples/provider", "examples/demo"} < found
    assert {f"examples/provider/{case}" for case in ("variables", "sni", "inline")} < found
    assert {f"examples/data-sources/{each}" for each in catalogue.DATA_SOURCES} < found


def test_examples_hold_no_more_than_one_file() -> None:
    """So that `configurations` sees all of them."""
    assert {name(folder): len(list(folder.glob("*.tf"))) for folder in EXAMPLES} == dict.fromkeys(
        map(name, EXAMPLES), 1
    )


def test_the_generated_pages_are_current() -> None:
    """`make docs` has nothing to do."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools/docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the pages and examples, to be changed."""
    for folder in ("docs", "examples"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize(
    ("page", "old", "new"),
    [
        ("docs/index.md", "`M365_TENANT_ID`. Must", "`M365_TENANT`. Must"),
        ("docs/data-sources/client_config.md", "`days_left`", "`days`"),
    ],
)
def test_a_stale_page_is_named_and_then_written(
    copy: Path, capsys: pytest.CaptureFixture[str], page: str, old: str, new: str
) -> None:
    """--check only looks."""
    current = (copy / page).read_text(encoding="utf-8")
    stale = current.replace(old, new)
    assert stale != current
    (copy / page).write_text(stale, encoding="utf-8")

    assert docs.main(["--check"], copy) == 1
    assert capsys.readouterr().out == f"{page} is not current: run make docs\n"
    assert (copy / page).read_text(encoding="utf-8") == stale

    assert docs.main([], copy) == 0
    assert capsys.readouterr().out == f"{page} written\n"
    assert (copy / page).read_text(encoding="utf-8") == current
    assert docs.main(["--check"], copy) == 0


def test_a_page_without_its_marks_is_an_error(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tool does not guess where its part belongs."""
    index = copy / "docs/index.md"
    index.write_text(index.read_text(encoding="utf-8").replace("<!-- schema: end -->", ""), encoding="utf-8")
    assert docs.main([], copy) == 1
    assert "docs/index.md must have" in capsys.readouterr().err


def test_the_provider_page_lists_every_attribute_with_its_variables_and_default() -> None:
    """Whatever the tool does, nothing of the block is missing."""
    rows = [line for line in INDEX.read_text(encoding="utf-8").splitlines() if line.startswith("- `")]
    for path, setting in block.settings():
        row = next(line for line in rows if line.startswith(f"- `{path[-1]}` ("))
        assert all(f"`{variable}`" in row for variable in setting.variables), path
        assert ("Sensitive" in row) == setting.attribute.sensitive, path
        if setting.default is not None:
            assert f"Default: `{json.dumps(setting.default).strip(chr(34))}`" in row, path
    nested = sum(isinstance(attribute.kind, Nested) for attribute in block.SCHEMA.attributes.values())
    assert len(rows) == len(list(block.settings())) + nested


def test_the_table_of_clouds_is_that_of_the_code() -> None:
    """Each cloud once, with its two hosts."""
    text = INDEX.read_text(encoding="utf-8")
    table = [line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| `\w+`.* \| login\.", line)]
    stated = {cloud: (row[1], row[2]) for row in table for cloud in re.findall(r"`(\w+)`", row[0])}
    places = {cloud: endpoints(merge({"cloud": cloud}, {})) for cloud in block.CLOUDS}
    assert stated == {
        cloud: (place.authority.removeprefix("https://"), place.graph.removeprefix("https://"))
        for cloud, place in places.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pages_of_the_registry_have_their_front_matter(page: Path) -> None:
    """Title and description on each; guides a subcategory besides."""
    fields = markdown.front_matter(page.read_text(encoding="utf-8"))
    assert fields["page_title"]
    assert fields["description"]
    if page.parent.name == "guides":
        assert fields["subcategory"] == "Authentication"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_relative_links_lead_to_files_and_headings_that_exist(document: Path) -> None:
    """Those within the document too."""
    text = document.read_text(encoding="utf-8")
    for link in markdown.links(text):
        if re.match(r"https?://", link):
            continue
        path, _, part = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if part:
            assert part in markdown.anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("document", [*DOCUMENTS, *sorted(ROOT.glob("examples/**/*.tf"))], ids=name)
def test_variables_that_a_document_names_exist(document: Path) -> None:
    """In the table of the provider block, or among the few others."""
    known = {variable for _, setting in block.settings() for variable in setting.variables} | NOT_IN_THE_BLOCK
    assert set(OURS.findall(document.read_text(encoding="utf-8"))) - known == set()


def test_the_variables_of_the_process_are_those_of_the_code() -> None:
    """CONTRIBUTING names each that the code reads."""
    code = "".join(path.read_text(encoding="utf-8") for path in Path(handshake.__file__).parent.glob("*.py"))
    read = set(re.findall(r'"(M365_PLUGIN_\w+)"', code))
    assert read == {variable for variable in NOT_IN_THE_BLOCK if variable.startswith("M365_PLUGIN_")}
    assert read <= set(OURS.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", [*DOCUMENTS, *sorted(ROOT.glob("examples/**/*.tf"))], ids=name)
def test_documents_send_nobody_to_unknown_places(document: Path) -> None:
    """Neither on the network nor on the disk of whoever wrote them."""
    text = document.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://(\w[\w.-]*)", text)) <= HOSTS
    assert PERSONAL.findall(text) == []


def test_every_message_of_the_troubleshooting_tables_exists_in_the_code() -> None:
    """`…` in a message stands for what changes; each part between is a part of a text in the code."""
    code = "\0".join(
        str(node.value)
        for path in sorted((ROOT / "provider").rglob("*.py"))
        if "stubs" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    section = GUIDE.read_text(encoding="utf-8").partition("## Troubleshooting")[2]
    messages = [message for cell in markdown.first_cells(section) for message in cell]
    assert len(messages) > 20
    for message in messages:
        for part in filter(None, re.split(r"…|\d{3}", message)):
            assert part in code, message


def test_every_code_of_the_troubleshooting_table_has_a_remedy_in_the_code() -> None:
    """And the table has those that are common."""
    handled = {str(code) for remedy in REMEDIES for code in remedy.codes}
    section = GUIDE.read_text(encoding="utf-8").partition("### Entra ID refuses")[2].partition("###")[0]
    listed = set(re.findall(r"^\| AADSTS(\d+) ", section, re.MULTILINE))
    assert len(listed) == 12
    assert listed <= handled


def test_the_commands_of_the_guide_make_the_certificate(tmp_path: Path) -> None:
    """Verbatim, without a terminal; the password is only in the environment, and no key is left but in cert.pfx."""
    commands = markdown.marked(GUIDE, "certificate")
    assert commands.language == "shell"
    password = 'a b"$c'
    done = subprocess.run(
        ["sh", "-e", "-c", commands.code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "M365_CLIENT_CERTIFICATE_PASSWORD": password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cert.pem", "cert.pfx"]
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}

    loaded, findings = certificate.load((tmp_path / "cert.pfx").read_bytes(), password, now=datetime.now(UTC))
    assert findings == ()
    public = (tmp_path / "cert.pem").read_bytes()
    assert b"PRIVATE KEY" not in public
    assert x509.load_pem_x509_certificates(public) == [loaded.leaf]


def test_the_configuration_of_the_guide_is_the_example_with_a_data_source() -> None:
    """One way to write it, wherever it stands."""
    shown = markdown.marked(GUIDE, "configuration")
    assert shown.language == "terraform"
    assert shown.code.startswith((ROOT / "examples/provider/provider.tf").read_text(encoding="utf-8"))
    assert 'client_certificate          = "${path.cwd}/cert.pfx"' in shown.code
    assert "cloud" not in shown.code


def test_the_manifest_of_the_registry_states_the_protocol() -> None:
    """The registry reads it."""
    manifest = json.loads((ROOT / "terraform-registry-manifest.json").read_text(encoding="utf-8"))
    assert manifest == {"version": 1, "metadata": {"protocol_versions": [f"{handshake.PLUGIN_PROTOCOL}.0"]}}


def test_the_changelog_has_the_version() -> None:
    """The one that the package has."""
    assert re.search(
        rf"^## \[{re.escape(__version__)}\] - ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
