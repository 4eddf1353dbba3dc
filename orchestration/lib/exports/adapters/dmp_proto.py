"""The protobuf message of Ocean Engine's DMP files, declared at run time from ocean_engine_dmp.proto.

Belongs here: the descriptor, the same as the .proto beside this file (a test compares them). Does
not belong here: files or base64 (ocean_engine.py).
"""

from functools import cache

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

PACKAGE = "yutang.ocean_engine"
DATA_TYPES = {
    "IMEI": 0, "IDFA": 1, "UID": 2, "IMEI_MD5": 4, "IDFA_MD5": 5, "MOBILE_HASH_SHA256": 6,
    "OAID": 7, "OAID_MD5": 8,
}  # fmt: skip
_F = descriptor_pb2.FieldDescriptorProto  # ty: ignore[missing-attribute]


@cache
def dmp_data() -> type[Message]:
    """The class of DmpData; its only field idList holds IdItem messages."""
    file = descriptor_pb2.FileDescriptorProto(  # ty: ignore[missing-attribute]
        name="ocean_engine_dmp.proto", package=PACKAGE, syntax="proto2"
    )
    item = file.message_type.add(name="IdItem")
    kinds = item.enum_type.add(name="DataType")
    for name, number in DATA_TYPES.items():
        kinds.value.add(name=name, number=number)
    item.field.add(name="timestamp", number=1, type=_F.TYPE_UINT32, label=_F.LABEL_OPTIONAL)
    item.field.add(
        name="dataType", number=2, type=_F.TYPE_ENUM, label=_F.LABEL_REQUIRED,
        type_name=f".{PACKAGE}.IdItem.DataType",
    )  # fmt: skip
    item.field.add(name="id", number=3, type=_F.TYPE_STRING, label=_F.LABEL_REQUIRED)
    item.field.add(name="tags", number=4, type=_F.TYPE_STRING, label=_F.LABEL_REPEATED)
    data = file.message_type.add(name="DmpData")
    data.field.add(
        name="idList", number=1, type=_F.TYPE_MESSAGE, label=_F.LABEL_REPEATED,
        type_name=f".{PACKAGE}.IdItem",
    )  # fmt: skip
    pool = descriptor_pool.DescriptorPool()  # ty: ignore[possibly-missing-implicit-call]
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.DmpData"))
