"""Every scenario, with every fault, at every AWS call that the scenario makes."""
