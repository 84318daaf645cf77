"""Takes the due rule, gives how it holds through a year of trouble and how long it takes to find nothing to do."""
