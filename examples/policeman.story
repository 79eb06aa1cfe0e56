// `img` marks the word that a reference image would belong to; without an image it does no harm.
title: On the Beat

character Officer
  a policeman img, wearing a white shirt

scene traffic
  Directing traffic on the road.

scene streets
  walking on the streets.

scene chase
  Chasing a man on the street.

scene station
  At the police station.
