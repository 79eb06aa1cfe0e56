// The cast, for every story that they are in.
character Mira
  a young woman, short black hair,
  red scarf

character Tom
  as: the old keeper
  an old man, grey beard, brass lantern
