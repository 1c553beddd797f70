"""The policies of `template.yaml` with its parameters filled in, and what IAM says to requests under them."""
