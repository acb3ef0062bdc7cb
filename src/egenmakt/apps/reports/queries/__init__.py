"""What can be read of reports and figures."""
