"""A type's module is loaded when a call names the type, and by nothing else: 170 of them would take their time."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from provider import catalogue
from provider.framework.cancellation import CancelToken
from provider.framework.provider import Configured
from provider.main import make_provider
from provider.protocol.calls import answer
from provider.protocol.rpcs import RPCS
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.scale import shape
from tests.scale.host import plan

NAME = "microsoft365_graph_beta_device_management_assignment_filter"
OTHER = shape.RECURSIVE[0]


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: Path) -> Session[None]:
    """The real provider, whose catalogue has a module for each of the 170 types."""
    package = ModuleType("provider.resources")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, package.__name__, package)
    for name in shape.names():
        (tmp_path / f"{name}.py").write_text(
            f"from tests.scale import shape\n{name} = shape.resource('{name}')\n", encoding="utf-8"
        )
        # What a test loads goes with it.
        monkeypatch.setitem(sys.modules, f"{package.__name__}.{name}", package)
        del sys.modules[f"{package.__name__}.{name}"]
    monkeypatch.setattr(catalogue, "RESOURCES", {name: name for name in shape.names()})
    monkeypatch.setattr(catalogue, "compiled_file", lambda rpc: str(compiled / f"{rpc}.binpb"))
    monkeypatch.setattr(catalogue, "outline_file", lambda name: str(compiled / f"{name}.json"))
    made: Session[None] = Session(make_provider())  # type: ignore[arg-type]
    made.configured = Configured(None)
    return made


def loaded() -> list[str]:
    prefix = "provider.resources."
    return [name.removeprefix(prefix) for name in sys.modules if name.startswith(prefix)]


def test_a_module_is_loaded_when_a_call_names_its_type(session: Session[None]) -> None:
    state = pb.UpgradeResourceState.Request(type_name=NAME, raw_state=pb.RawState(json=b'{"id":"a"}'))
    older = pb.UpgradeResourceState.Request(type_name=NAME, raw_state=pb.RawState(json=b'{"gone":1}'))
    assert len(session.provider.constant("GetProviderSchema")) > 1_000_000
    for request in (state, older):
        upgraded = answer(session, RPCS["UpgradeResourceState"], request.SerializeToString(), CancelToken())
        assert pb.UpgradeResourceState.Response.FromString(upgraded).upgraded_state.json
    assert loaded() == []

    for name, expected in ((NAME, [NAME]), (NAME, [NAME]), (OTHER, [NAME, OTHER])):
        planning = plan(name, shape.deepest(name))
        planned = answer(session, RPCS["PlanResourceChange"], planning.SerializeToString(), CancelToken())
        assert not pb.PlanResourceChange.Response.FromString(planned).diagnostics
        assert loaded() == expected


def test_only_the_steps_of_an_upgrade_load_a_module_to_answer_for_a_state(session: Session[None]) -> None:
    name = next(name for name in shape.names() if json.loads(session.provider.outline(name) or b"{}")["version"] == 1)
    request = pb.UpgradeResourceState.Request(type_name=name, version=0, raw_state=pb.RawState(json=b'{"id":"a"}'))
    upgraded = answer(session, RPCS["UpgradeResourceState"], request.SerializeToString(), CancelToken())

    assert pb.UpgradeResourceState.Response.FromString(upgraded).upgraded_state.json == b'{"id":"a"}'
    assert loaded() == [name]
