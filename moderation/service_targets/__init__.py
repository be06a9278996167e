"""Service targets: how soon a customer is to be answered, in hours when somebody is there to answer."""
