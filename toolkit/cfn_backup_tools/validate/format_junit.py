"""The findings as JUnit XML, which GitLab, CodeBuild and Jenkins show as test results."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from cfn_backup_tools.validate.checking import Checked
    from cfn_backup_tools.validate.command import Report


def formatted(report: Report) -> str:
    """A suite for each template: a case for each finding, or one that passes where nothing was found."""
    suites = ET.Element("testsuites", name="cfn-backup validate")
    for name, one in report.checked:
        suites.append(_suite(name, one))
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(name: str, checked: Checked) -> ET.Element:
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(max(1, len(checked.findings))),
        failures=str(checked.errors),
    )
    if not checked.findings:
        ET.SubElement(suite, "testcase", classname=name, name="cfn-backup validate")
    for found in checked.findings:
        title = f"{found.finding.code} {found.logical_id} line {found.location.line}"
        case = ET.SubElement(
            suite, "testcase", classname=name, name=title, file=name, line=str(found.location.line)
        )
        if found.is_error:
            failure = ET.SubElement(case, "failure", type=found.finding.code, message=found.text)
            failure.text = str(found)
        else:
            # a warning is no failure
            ET.SubElement(case, "system-out").text = str(found)
    return suite
