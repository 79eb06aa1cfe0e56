// A man's day in six panels: the least that a story needs.
title: A Working Day

character Man
  a man, wearing black suit

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
