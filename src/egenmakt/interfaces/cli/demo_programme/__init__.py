"""The invented demo programme: what happens in it is made from a seed, and written by the same services as real life.

Nobody in it exists. `countries` has the names, `plans` decides what each group is like, `tree` founds the bodies and
users, `forming` forms a group, `meetings` lets it meet, `troubles` adds what goes wrong, `programme` runs it all.
"""
