"""The few classes of errors that the provider tells apart, after the CloudFormation CLI's vocabulary.

The message of each is for the author: what is wrong, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ProviderError(Exception):
    """The base of all errors whose message is meant for the author."""

    def __init__(self, message: str, *, operation: str = "", code: str = "") -> None:
        super().__init__(message)
        self.operation = operation
        self.code = code


class NotFound(ProviderError):
    """Raised when a thing does not exist."""


class AlreadyExists(ProviderError):
    """Raised when a name is taken by something that is not ours."""


class InvalidRequest(ProviderError):
    """Raised when a service refuses what it was asked as wrong."""


class AccessDenied(ProviderError):
    """Raised when the provider's role, or a policy on the resource, does not allow a call."""


class ResourceConflict(ProviderError):
    """Raised when a thing is in a state, or in use, such that a call cannot be done."""


class Throttling(ProviderError):
    """Raised when a service still throttles after all retries."""


class ServiceLimitExceeded(ProviderError):
    """Raised when a quota is used up."""


class NotStabilized(ProviderError):
    """Raised when something did not come to rest within the time there was."""


class GeneralServiceException(ProviderError):
    """Raised when a service fails or cannot be reached."""


CLASSES: Mapping[str, type[ProviderError]] = {
    "ResourceNotFoundException": NotFound,
    "NoSuchEntity": NotFound,
    "NoSuchEntityException": NotFound,
    "NotFound": NotFound,
    "NotFoundException": NotFound,
    "AlreadyExistsException": AlreadyExists,
    "ExecutionDoesNotExist": NotFound,
    "ParameterNotFound": NotFound,
    "StateMachineDoesNotExist": NotFound,
    "ExecutionAlreadyExists": AlreadyExists,
    "EntityAlreadyExists": AlreadyExists,
    "EntityAlreadyExistsException": AlreadyExists,
    "InvalidParameterValueException": InvalidRequest,
    "MissingParameterValueException": InvalidRequest,
    "InvalidRequestException": InvalidRequest,
    "InvalidParameter": InvalidRequest,
    "InvalidInput": InvalidRequest,
    "MalformedPolicyDocument": InvalidRequest,
    "ValidationError": InvalidRequest,
    "ValidationException": InvalidRequest,
    "AccessDenied": AccessDenied,
    "AccessDeniedException": AccessDenied,
    "AuthorizationError": AccessDenied,
    "UnauthorizedOperation": AccessDenied,
    "ConcurrentModification": ResourceConflict,
    "ConflictException": ResourceConflict,
    "DeleteConflict": ResourceConflict,
    "DependencyFailureException": GeneralServiceException,
    "InvalidResourceStateException": ResourceConflict,
    "LimitExceeded": ServiceLimitExceeded,
    "LimitExceededException": ServiceLimitExceeded,
    "RequestLimitExceeded": Throttling,
    # Amazon SNS
    "Throttled": Throttling,
    "Throttling": Throttling,
    "ThrottlingException": Throttling,
    "ThrottledException": Throttling,
    "TooManyRequestsException": Throttling,
}


def from_response(operation: str, response: Mapping[str, Any]) -> ProviderError:
    """The error for a service's error response; ``operation`` is the API's name of it."""
    error = response.get("Error", {})
    code = str(error.get("Code", "Unknown"))
    text = str(error.get("Message") or response.get("Message") or "no message")
    kind = CLASSES.get(code, GeneralServiceException)
    return kind(f"{operation}: {text} ({code})", operation=operation, code=code)
