// Every statement, in every dress.
 //also a comment
// storyscript: ignore SS404, SS406 because I say so
Title: The "Lost" {lamp} // of {"// Mira"}
STYLE :  japanese ANIME
style: Line art and more
model: 79
Model: juggernaut V10.0
model: stabilityai/stable-diffusion-xl-base-1.0 // a label
size: 512 X 768
guidance: .5
seed: -1
steps: many
identity: Auto
captions: text
captions: texts
main: Mira
negative: none
negative: none of it, {scarf}
private-model: {not} a variable // but a comment
pad-image: https://example.org/a//b.png // not this
callback: https://example.org/{"// x"}
colour: red
みら: 青
include cast/shared.story // the cast
Include  //also.story
section Act One: the {lamp}
SECTION // no title
let alley = a narrow, {wet} alley by @Mira | [NC]
let x=1
let 夜-1 = night // a comment
let y = // nothing
let y =// a text
let two words = x
character Mira
  as: the girl with
    the red scarf // over two lines
	a tab is deeper

 // a comment between
      lead: is text here
  image : https://example.org/mira.png?a={b}
    below an image is prose
  a young woman, {"{red}"} scarf, {scarf}
character みら
  image: photos/みら.jpg
character old--man
  belongs to nobody
Character Tom:
scene
  walks by https://example.org and a//b on the wall // not this
  //the first thing on its line
  half a //comment and half// one
  @Mira meets @{Tom}s cat, mail@Tom.org, "@みら", @Mira-@Tom and @ nobody
  {"caption:"} is {"// and @Nobody minds"}@Tom {"unclosed // comment
  braces { alone } and { spaced } {{double}} {@Name}
  a | pipe, [NC] and [nc], # a sign
  Caption: None
scene lamp [nc]// text
scene lamp [Nc] // a lamp
  caption: none of it
  caption:
    None
  lead : Mira
  lead: Mira and Tom
  caption: {"none"}
scene[NC]
SCENE act_2[NC]
  other: words are prose
    deeper prose
scene 2
scene kitchen:
sceneries
seed: 1
event snow // falls
  snow
event [NC]
let me go
Rain falls
　an ideographic space stands at column 0
scene tabs
	caption: eight wide
	  deeper
        as wide, and prose
        caption: eight spaces
	   a tab is as wide
