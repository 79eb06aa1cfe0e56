"""Problems as data, and the renderers that stand outside them, one for each format."""
