"""The custom-resource protocol: ``provider`` makes a Lambda handler of a resource class."""

from cfn_backup.protocol.entry import provider

__all__ = ["provider"]
