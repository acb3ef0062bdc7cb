"""Reading a group: one module for each subject, values out, nothing is ever written."""
