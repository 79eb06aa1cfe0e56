// Two leads: one task draws Mira's panels, another Tom's.
title: The Lost Lamp
style: Japanese Anime
model: 79
size: 768x768
seed: 42
negative: blurry, extra limbs, watermark

include cast/shared.story
let alley = a narrow cobbled alley, wet stone

section Act One

scene attic
  wakes in a small attic room
  caption: She had slept
    through the bells.

scene walk
  walks down {alley}. Rain runs off the tiles;
  her scarf is the only colour in the street.

scene lamp [NC]
  An old lamp glows on a windowsill.
  caption: none

// TODO rewrite this panel
scene meeting
  talks to @Tom under the lamp, @Tom smiles

scene watch
  lead: Tom
  closes the shutters, alone
  caption: Tom had waited forty years.

event
  snow begins to fall
