"""The messages of the protocol as Protobuf classes, made from a table of our own.

A field is "<number> <name> <type>"; a type is a scalar, a message, a list of messages ("[M]") or
a map from text to messages ("{M}"). Bytes hold JSON, which the JSON codec writes as it is.
Fields that we neither read nor send are left out: whoever parses skips them.
"""

from functools import lru_cache

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

_PACKAGE = "mainstay.realtime"
_MESSAGES = {
    "Error": "1 code uint32, 2 message string, 3 temporary bool",
    "EmulationRequest": "1 node string, 2 session string, 3 data bytes",
    "Command": "1 id uint32, 4 connect ConnectRequest, 5 subscribe SubscribeRequest, "
    "6 unsubscribe UnsubscribeRequest, 7 publish PublishRequest, 8 presence PresenceRequest, "
    "9 presence_stats PresenceStatsRequest, 10 history HistoryRequest, 11 ping PingRequest, "
    "12 send SendRequest, 13 rpc RPCRequest, 14 refresh RefreshRequest, "
    "15 sub_refresh SubRefreshRequest",
    "Reply": "1 id uint32, 2 error Error, 4 push Push, 5 connect ConnectResult, "
    "6 subscribe SubscribeResult, 7 unsubscribe UnsubscribeResult, 8 publish PublishResult, "
    "9 presence PresenceResult, 10 presence_stats PresenceStatsResult, 11 history HistoryResult, "
    "12 ping PingResult, 13 rpc RPCResult, 14 refresh RefreshResult, "
    "15 sub_refresh SubRefreshResult",
    "Push": "2 channel string, 4 pub Publication, 5 join Join, 6 leave Leave, "
    "7 unsubscribe Unsubscribe, 11 disconnect Disconnect",
    "ClientInfo": "1 user string, 2 client string, 3 conn_info bytes, 4 chan_info bytes",
    "Publication": "4 data bytes, 5 info ClientInfo, 6 offset uint64, 9 time int64",
    "Join": "1 info ClientInfo",
    "Leave": "1 info ClientInfo",
    "Unsubscribe": "2 code uint32, 3 reason string",
    "Disconnect": "1 code uint32, 2 reason string, 3 reconnect bool",
    "ConnectRequest": "1 token string, 2 data bytes, 3 subs {SubscribeRequest}, 4 name string, "
    "5 version string",
    "ConnectResult": "1 client string, 2 version string, 3 expires bool, 4 ttl uint32, "
    "5 data bytes, 6 subs {SubscribeResult}, 7 ping uint32, 8 pong bool, 9 session string, "
    "10 node string, 11 time int64",
    "RefreshRequest": "1 token string",
    "RefreshResult": "1 client string, 2 version string, 3 expires bool, 4 ttl uint32",
    "SubscribeRequest": "1 channel string, 2 token string, 3 recover bool, 6 epoch string, "
    "7 offset uint64, 8 data bytes, 9 positioned bool, 10 recoverable bool, 11 join_leave bool",
    "SubscribeResult": "1 expires bool, 2 ttl uint32, 3 recoverable bool, 6 epoch string, "
    "7 publications [Publication], 8 recovered bool, 9 offset uint64, 10 positioned bool, "
    "11 data bytes, 12 was_recovering bool",
    "SubRefreshRequest": "1 channel string, 2 token string",
    "SubRefreshResult": "1 expires bool, 2 ttl uint32",
    "UnsubscribeRequest": "1 channel string",
    "UnsubscribeResult": "",
    "PublishRequest": "1 channel string, 2 data bytes",
    "PublishResult": "",
    "PresenceRequest": "1 channel string",
    "PresenceResult": "1 presence {ClientInfo}",
    "PresenceStatsRequest": "1 channel string",
    "PresenceStatsResult": "1 num_clients uint32, 2 num_users uint32",
    "StreamPosition": "1 offset uint64, 2 epoch string",
    "HistoryRequest": "1 channel string, 7 limit int32, 8 since StreamPosition, 9 reverse bool",
    "HistoryResult": "1 publications [Publication], 2 epoch string, 3 offset uint64",
    "PingRequest": "",
    "PingResult": "",
    "RPCRequest": "1 data bytes, 2 method string",
    "RPCResult": "1 data bytes",
    "SendRequest": "1 data bytes",
}
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "bool": _Field.TYPE_BOOL,
    "bytes": _Field.TYPE_BYTES,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
    "string": _Field.TYPE_STRING,
    "uint32": _Field.TYPE_UINT32,
    "uint64": _Field.TYPE_UINT64,
}


@lru_cache(maxsize=64)
def message_class(name: str) -> type[Message]:
    """Return the class of a message of the protocol, by its name."""
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{_PACKAGE}.{name}"))


@lru_cache(maxsize=1)
def _pool() -> descriptor_pool.DescriptorPool:
    """Describe the messages in a pool of their own: other libraries fill the common one."""
    file = descriptor_pb2.FileDescriptorProto(
        name="realtime.proto", package=_PACKAGE, syntax="proto3"
    )
    for name, fields in _MESSAGES.items():
        _describe(file.message_type.add(name=name), fields)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


def _describe(message: descriptor_pb2.DescriptorProto, fields: str) -> None:
    for line in filter(None, fields.split(", ")):
        number, name, kind = line.split()
        field = message.field.add(name=name, number=int(number), label=_Field.LABEL_OPTIONAL)
        if kind in _SCALARS:
            field.type = _SCALARS[kind]
            continue
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{kind.strip('[]{}')}"
        if kind[0] in "[{":
            field.label = _Field.LABEL_REPEATED
        if kind[0] == "{":
            field.type_name = f".{_PACKAGE}.{message.name}.{_entry(message, name, field)}"


def _entry(message: descriptor_pb2.DescriptorProto, name: str, field: _Field) -> str:
    """Describe an entry of a map, which is a message within; return its name."""
    entry = message.nested_type.add(name=f"{name.title().replace('_', '')}Entry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, label=_Field.LABEL_OPTIONAL, type=_Field.TYPE_STRING)
    entry.field.add(
        name="value",
        number=2,
        label=_Field.LABEL_OPTIONAL,
        type=_Field.TYPE_MESSAGE,
        type_name=field.type_name,
    )
    return entry.name
