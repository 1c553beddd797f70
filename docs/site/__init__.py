"""The documentation as a site: what `make docs` adds to MkDocs and checks afterwards."""
