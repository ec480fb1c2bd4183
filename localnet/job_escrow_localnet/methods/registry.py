"""Which methods there are and what parameters each takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from job_escrow_localnet.errors import InvalidParamsError, method_not_found
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.node import Node
from job_escrow_localnet.serde import Parser, SerdeError

Handler = Callable[..., Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: how its positional parameters are read, and what answers it."""

    handler: Handler
    required: tuple[Parser, ...]
    optional: tuple[Parser, ...]
    """Trailing parameters that may be left out or null."""

    def read(self, params: Json) -> list[Json]:
        """The parameters, one for each that the method takes; InvalidParamsError where they do not fit."""
        if isinstance(params, dict):
            if not self.required and not self.optional:
                raise InvalidParamsError("Invalid parameters: No parameters were expected", f"Map({debug(params)[7:]})")
            raise InvalidParamsError("`params` should be an array")
        given = params or []
        least, most = len(self.required), len(self.required) + len(self.optional)
        if not self.optional and self.required and len(given) != least:
            what = "null" if params is None else None
            reason = f"invalid type: {what}, expected" if what else f"invalid length {len(given)}, expected"
            raise InvalidParamsError(f"Invalid params: {reason} a tuple of size {least}.")
        if most == 0 and given:
            raise InvalidParamsError("Invalid parameters: No parameters were expected", f"Array({debug(given)[6:]})")
        if len(given) < least:
            raise InvalidParamsError(f"`params` should have at least {least} argument(s)")
        if len(given) > most:
            raise InvalidParamsError(
                f"Invalid parameters: Expected from {least} to {most} parameters.", f'"Got: {len(given)}"'
            )
        try:
            values = [parse(value) for parse, value in zip(self.required, given, strict=False)]
            values += [
                None if value is None else parse(value)
                for parse, value in zip(self.optional, given[least:], strict=False)
            ]
        except SerdeError as problem:
            raise InvalidParamsError(f"Invalid params: {problem}.") from None
        return values + [None] * (most - len(values))


def debug(value: Json) -> str:
    """A value as Rust's debug format of JSON writes it."""
    match value:
        case None:
            return "Null"
        case bool():
            return f"Bool({str(value).lower()})"
        case int() | float():
            return f"Number({value})"
        case str():
            return f'String("{value}")'
        case list():
            return f"Array [{', '.join(debug(one) for one in value)}]"
        case _:
            return "Object {" + ", ".join(f'"{name}": {debug(one)}' for name, one in value.items()) + "}"


_METHODS: dict[str, Method] = {}
_TEST_METHODS: set[str] = set()


def method(
    name: str, *required: Parser, optional: tuple[Parser, ...] = (), test_only: bool = False
) -> Callable[[Handler], Handler]:
    """Register what answers a method: called with the node, then one value for each parameter."""

    def register(handler: Handler) -> Handler:
        _METHODS[name] = Method(handler, required, optional)
        if test_only:
            _TEST_METHODS.add(name)
        return handler

    return register


def names() -> Iterator[str]:
    """All methods, those for tests too."""
    return iter(_METHODS)


def call(node: Node, name: str, params: Json) -> Json:
    """Answer a request; RpcError where it is refused."""
    found = _METHODS.get(name)
    if found is None or (name in _TEST_METHODS and not node.config.test_methods):
        raise method_not_found()
    return found.handler(node, *found.read(params))
