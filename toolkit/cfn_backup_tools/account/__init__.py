"""What the commands share that look at an AWS account: paced calls, what is in a stack, the resources that
there are, which of them a selection reaches, findings, and how they are printed."""
