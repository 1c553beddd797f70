"""The exceptions of AWS Backup as it answers them: class, HTTP status, text and inner code.

All declared client errors are HTTP 400, ResourceNotFound and AlreadyExists too; only the two faults are 500
(API:CreateBackupPlan, API:CreateBackupSelection, API:DeleteRecoveryPoint).
"""

from __future__ import annotations


class ServiceError(Exception):
    """An error answer. `members` are further fields of its body: Code, Context, Arn, CreatorRequestId."""

    def __init__(self, name: str, message: str, *, status: int = 400, **members: str | None) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.status = status
        self.members = {member: value for member, value in members.items() if value}


def access_denied(message: str = "Insufficient privileges to perform this action.") -> ServiceError:
    """403, and not in the service model (aws/aws-sdk-js #2625, turbot/steampipe-plugin-aws #1156)."""
    return ServiceError("AccessDeniedException", message, status=403)


def already_exists(message: str, *, arn: str, creator_request_id: str) -> ServiceError:
    """The modelled members say who owns what is in the way."""
    return ServiceError("AlreadyExistsException", message, Arn=arn, CreatorRequestId=creator_request_id)


def invalid_parameter(message: str, *, code: str | None = None, context: str | None = None) -> ServiceError:
    return ServiceError("InvalidParameterValueException", message, Code=code, Context=context)


def missing_parameter(message: str, *, code: str | None = None) -> ServiceError:
    return ServiceError("MissingParameterValueException", message, Code=code)


def invalid_request(message: str, *, code: str | None = None) -> ServiceError:
    return ServiceError("InvalidRequestException", message, Code=code)


def invalid_state(message: str) -> ServiceError:
    return ServiceError("InvalidResourceStateException", message)


def limit_exceeded(message: str) -> ServiceError:
    return ServiceError("LimitExceededException", message)


def not_found(message: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", message)


def not_implemented(what: str) -> ServiceError:
    """Not an answer of AWS: the strict service says what it does not do instead of faking it."""
    return ServiceError(
        "NotImplementedException", f"{what} is not part of the strict Backup service.", status=501
    )


def service_unavailable() -> ServiceError:
    return ServiceError("ServiceUnavailableException", "The service is unavailable.", status=500)


def throttled() -> ServiceError:
    """As botocore's retries recognise it; no throttling log of AWS Backup was found (G13)."""
    return ServiceError("ThrottlingException", "Rate exceeded")
