"""Takes pages, gives how fast and how well their articles are read, beside other extractors."""
