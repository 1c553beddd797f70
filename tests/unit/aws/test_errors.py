"""From a service's error response to the few classes of the provider."""

from __future__ import annotations

import pytest

from cfn_backup.aws import errors


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ResourceNotFoundException", errors.NotFound),
        ("NoSuchEntity", errors.NotFound),
        ("AlreadyExistsException", errors.AlreadyExists),
        ("EntityAlreadyExists", errors.AlreadyExists),
        ("InvalidParameterValueException", errors.InvalidRequest),
        ("ValidationError", errors.InvalidRequest),
        ("AccessDeniedException", errors.AccessDenied),
        ("DeleteConflict", errors.ResourceConflict),
        ("LimitExceededException", errors.ServiceLimitExceeded),
        ("ThrottlingException", errors.Throttling),
        ("ServiceUnavailableException", errors.GeneralServiceException),
        ("NobodyKnowsThis", errors.GeneralServiceException),
    ],
)
def test_a_code_has_its_class(code: str, kind: type[errors.ProviderError]) -> None:
    error = errors.from_response("CreateX", {"Error": {"Code": code, "Message": "what is wrong"}})
    assert type(error) is kind
    assert str(error) == f"CreateX: what is wrong ({code})"
    assert (error.operation, error.code) == ("CreateX", code)


def test_a_response_without_a_message_still_says_which_call_it_was() -> None:
    error = errors.from_response("CreateX", {"Error": {"Code": "AccessDeniedException"}})
    assert str(error) == "CreateX: no message (AccessDeniedException)"
    assert "top" in str(errors.from_response("CreateX", {"Error": {}, "Message": "top"}))
