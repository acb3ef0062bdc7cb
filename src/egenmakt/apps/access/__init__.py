"""Who may do what, and where: users, roles and grants that reach downwards in the tree."""
