"""`python -m local_aws demo | up | down | soak [STACKS]`: what the make targets of the same names do."""

import signal
import sys
from functools import partial
from types import FrameType

from local_aws import demo, instance, provider, soak
from local_aws.instance import HOME, ROOT, LocalAwsError
from local_aws.narration import Narration, say
from local_aws.stacks import StackFailed

_UP = "up"


def up() -> None:
    """Start the local AWS and deploy the provider to it; or deploy anew to the one that is running."""
    narration = Narration()
    running = instance.running(_UP)
    if running:
        say(f"The local AWS is running at {running.url}; deploying the provider as it is now.")
    else:
        with narration.step("starting the local AWS"):
            running = instance.start(_UP, ends_with_starter=False)
    try:
        with narration.step("sam build and sam deploy: the provider, as stack cfn-backup-provider"):
            provider.build_and_deploy(running)
    except BaseException:
        instance.stop(running)
        raise
    file = HOME / "env"
    file.write_text(running.sourceable())
    say()
    say(f"The local AWS answers at {running.url} until `make local-down`. To use it in a shell:")
    say(f"  source {file.relative_to(ROOT)}")
    say("  aws cloudformation describe-stacks --stack-name cfn-backup-provider")


def down() -> None:
    """Stop what `up` started."""
    running = instance.running(_UP)
    if running is None:
        say("No local AWS is running.")
    else:
        instance.stop(running)
        say("The local AWS is stopped.")
    (HOME / "env").unlink(missing_ok=True)
    instance.sweep()


def main(arguments: list[str]) -> int:
    """Run one command; the exit code. A failure is told in as few lines as it needs, without a trace."""
    commands = {"demo": demo.main, "up": up, "down": down}
    if len(arguments) == 2 and arguments[0] == "soak" and arguments[1].isdecimal():
        commands = {"soak": partial(soak.main, int(arguments.pop()))}
    if len(arguments) != 1 or arguments[0] not in commands:
        say(__doc__ or "")
        return 2
    # SIGINT too: a shell starts its background jobs with that ignored, and Python then leaves it so.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        commands[arguments[0]]()
    except (LocalAwsError, provider.ProviderNotDeployed, StackFailed, demo.Differs, soak.NotClean) as problem:
        say()
        say(f"error: {problem}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; nothing is left running")
        return 130
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
