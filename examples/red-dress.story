// Events are further panels of the same character, drawn after all scenes.
title: The Red Dress
style: Comic book
guidance: 2

character Woman
  img, a woman wearing red dress

scene bed
  wake up in the bed

scene breakfast
  have breakfast

scene road
  is on the road, go to the company

scene office
  work in the company

scene playground
  running in the playground

scene book
  reading book in the home

event sofa
  siting on the sofa

event night
  on the bed, at night
