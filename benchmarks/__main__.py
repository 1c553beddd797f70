"""Measure everything, print a table, write `results.json`."""

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import calls, package_size, validate
from benchmarks.cold_start import measure as cold_start
from local_aws import provider
from local_aws.instance import ROOT
from local_aws.narration import Narration, say, table

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Result:
    """A number, and the most that it may be."""

    what: str
    measured: float
    at_most: float
    unit: str

    @property
    def kept(self) -> bool:
        return self.measured <= self.at_most


def main() -> None:
    """Measure, one thing after the other: nothing else should run on the machine."""
    narration = Narration()
    with tempfile.TemporaryDirectory() as folder:
        with narration.step("sam build"):
            built = provider.build(Path(folder) / "build").parent
        size = package_size.measure(built)
        with narration.step(f"cold starts: three variants in turn, {cold_start.ROUNDS} times"):
            seconds = cold_start.measure(built)
    with narration.step("calls of a creation and of an update that changes nothing"):
        rounds, writes = calls.measure()
    with narration.step("cfn-backup validate"):
        validation = validate.measure()
        beside_lint = validate.against_cfn_lint()
    with narration.step("cfn-backup preview"):
        previewing = validate.measure("preview")
    bare, readme, ours = seconds["bare"], seconds["readme"], seconds["ours"]
    results = [
        Result("cold start, against a bare boto3 handler", ours / bare, 0.8, "times"),
        Result("cold start, against crhelper + Powertools + boto3", ours / readme, 0.7, "times"),
        Result("deployment package, zipped", size / 1e6, 4.0, "MB"),
        Result("writing calls of an update that changes nothing", writes, 0, "calls"),
        Result("sequential round trips of a creation", rounds, 5, "round trips"),
        Result("validate of a template, against cfn-lint", beside_lint.seconds, 1 / 6, "times"),
        Result("… in memory", beside_lint.memory, 1 / 5, "times"),
        Result("cfn-backup preview of nine years, against validate", previewing / validation, 2.0, "times"),
    ]
    table(
        "Results",
        ("what", "measured", "at most", ""),
        [(r.what, f"{r.measured:.3g} {r.unit}", f"{r.at_most:g}", "" if r.kept else "OVER") for r in results],
    )
    cold = ", ".join(f"{variant} {value * 1000:.0f} ms" for variant, value in seconds.items())
    say(f"\n  cold starts: {cold}")
    written = {"results": [{**asdict(r), "kept": r.kept} for r in results], "cold_start_seconds": seconds}
    RESULTS.write_text(json.dumps(written, indent=2) + "\n")
    say(f"  written to {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
