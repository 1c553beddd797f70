"""Install, upgrade and roll back the provider in the accounts and Regions of an organisation."""
