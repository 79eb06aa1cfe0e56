// Captions of three kinds: given, by default the scene's own text, and panels without their character.
title: The Squirrel

character Girl
  a girl, wearing white shirt, black skirt, black tie, yellow hair

section In the park

scene home
  at home
  caption: at home, began to go to drawing

scene bench
  sitting alone on a park bench.

scene book
  reading a book on a park bench.

scene squirrel [NC]
  A squirrel approaches, peeking over the bench.

scene look
  look around in the park.
  caption: She looks around and enjoys the beauty of nature.

scene leaf [NC]
  leaf falls from the tree, landing on the sketchbook.

scene examine
  picks up the leaf, examining its details closely.

section The squirrel comes back

scene again [NC]
  The brown squirrel appear.

scene happy
  is very happy
  caption: She is very happy to see the squirrel again

scene cracker [NC]
  The brown squirrel takes the cracker and scampers up a tree.
  caption: She gives the squirrel cracker
