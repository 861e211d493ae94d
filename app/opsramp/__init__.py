"""OpsRamp v2: installed integrations of a tenant, and what its clients call around them."""
