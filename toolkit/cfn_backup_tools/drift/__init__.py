"""Did somebody change what the provider made? What it recorded against what is there."""
