# ruff: noqa: SLF001 - ministack has no public way in
"""Alarms over more than one metric, which ministack refuses: it makes them of the first one.

No alarm goes off here whatever it watches, so what matters is that the template of the provider deploys.
"""

from typing import Any

from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def install() -> None:
    """Put it into ministack's CloudFormation, before the server starts."""
    own = provisioners._cw_metric_alarm_record

    def record(name: str, properties: Properties) -> Any:
        return own(name, _of_one_metric(properties))

    provisioners._cw_metric_alarm_record = record


def _of_one_metric(properties: Properties) -> Properties:
    measured = next((m["MetricStat"] for m in properties.get("Metrics") or [] if "MetricStat" in m), None)
    if measured is None:
        return properties
    others = {key: value for key, value in properties.items() if key != "Metrics"}
    return {**others, **measured["Metric"], "Statistic": measured["Stat"], "Period": measured["Period"]}
