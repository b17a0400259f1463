"""A classifier of one task on untouched encoders: trained, calibrated, kept and served."""
