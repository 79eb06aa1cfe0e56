"""From trees to what a story says: files, names, values, texts. Everything that can be wrong is found here."""
