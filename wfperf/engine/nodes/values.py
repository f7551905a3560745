"""Nodes that compute values from values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from wfperf.engine.fields import ExpressionField, NodeData, OneResult
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field


class SetData(NodeData):
    """The variables to write."""

    values: dict[str, Any]


class SetNode(NodeType[SetData]):
    """SET `values`: writes each filled value under its name."""

    data = (SetData,)

    def execute(self, call: NodeCall[SetData]) -> Outcome:
        """Write the values."""
        filled: dict[str, Any] = call.fill(call.data.values)
        return filled


class CalcData(OneResult):
    """What is computed."""

    expression: ExpressionField


class CalcNode(NodeType[CalcData]):
    """CALC `expression`, `into`: the value of an expression over the variables."""

    data = (CalcData,)

    def execute(self, call: NodeCall[CalcData]) -> Outcome:
        """Evaluate the expression."""
        return {call.into: call.evaluate("expression", call.data.expression)}


class TemplateData(OneResult):
    """The text with its placeholders."""

    template: str


class TemplateNode(NodeType[TemplateData]):
    """TEMPLATE `template`, `into`: the text with its placeholders filled."""

    data = (TemplateData,)

    def execute(self, call: NodeCall[TemplateData]) -> Outcome:
        """Fill the template."""
        return {call.into: call.text(call.data.template)}


class UuidData(OneResult):
    """A name, to fill, that tells several ids of one node apart."""

    name: str = ""


class UuidNode(NodeType[UuidData]):
    """UUID `name`, `into`: an id that the run, the node and the filled name derive; equal runs have equal ids."""

    data = (UuidData,)

    def execute(self, call: NodeCall[UuidData]) -> Outcome:
        """Derive the id: version 5 of RFC 9562."""
        parts = [call.run.process_guid, call.run.guid, call.node.guid, call.text(call.data.name)]
        return {call.into: str(uuid5(NAMESPACE_URL, "wfperf:" + json.dumps(parts)))}


class HashData(OneResult):
    """The text to fill and digest, and how."""

    text: str
    algorithm: Literal["sha256", "sha384", "sha512", "sha3_256", "blake2b"] = "sha256"


class HashNode(NodeType[HashData]):
    """HASH `text`, `algorithm`, `into`: the hexadecimal digest of the filled text in UTF-8."""

    data = (HashData,)

    def execute(self, call: NodeCall[HashData]) -> Outcome:
        """Digest the text."""
        digest, text = _DIGESTS[call.data.algorithm], call.text(call.data.text)
        return {call.into: digest(in_field("text", text.encode)).hexdigest()}


_DIGESTS: Mapping[str, Callable[[bytes], Any]] = {
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
    "sha3_256": hashlib.sha3_256,
    "blake2b": hashlib.blake2b,
}
