"""Contacts by other channels, at the desk: logged beside a case or a person, and cases opened for whoever called."""
