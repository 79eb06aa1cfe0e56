// A first story. Change anything, and look at what comes out:
//
//   what is wrong with it, and where            storyscript check FILE.story
//   what would be sent                          storyscript build FILE.story
//   placeholders, without account and cost      storyscript run --offline FILE.story
//
// What begins at the left edge is structure; what is indented is text, and needs no quotes.

// Settings. Each has a default, so a story needs none of them. `storyscript styles` and `storyscript models` list
// what there is to choose from.
title: The Paper Boat
author: nobody yet
style: Japanese Anime
size: 768x512
seed: 7
negative: blurry, extra limbs, watermark

// A text to be used again: `{harbour}` stands for it below.
let harbour = a small harbour, fishing boats, morning fog

// The characters: what they look like, not who they are. The first one leads every panel that names nobody else.
character Ada
  a girl of ten, short red hair, yellow raincoat,
  green boots

character Piet
  // What captions call him, in place of `Piet`.
  as: the ferryman
  an old man, white beard, blue wool cap, pipe

// Another file can hold the cast of several stories:  include cast.story
// And a character can have a reference photo:         image: ada.png

section Low tide

// A panel: a name, if you like, and what is seen. Ada is put in front of it by herself.
scene fold
  folds a boat out of a newspaper, sitting on the quay of {harbour}
  caption: The ferry did not run
    on Sundays.

// Without `caption:` the text under the picture is the scene's own.
scene launch
  sets the paper boat on the water

// `@Piet` is his looks in the picture, and `the ferryman` in the caption.
scene meeting
  talks to @Piet on the quay of {harbour}
  caption: But @Piet had seen smaller ships come home.

section High tide

// [NC]: a picture without its character. `caption: none`: no text under it.
scene boat [NC]
  a paper boat drifts between large ships
  caption: none

// A panel that somebody else leads.
scene pull
  lead: Piet
  pulls the paper boat out of the water
  caption: Its bow said {"@Hope"}. // {"…"} keeps signs that would mean something

// Events are further panels, drawn after all scenes.
event lantern
  holds up a lantern at dusk
