" Colours for stories. Later rules win over earlier ones, so they stand from the weakest to the strongest.
if exists('b:current_syntax')
  finish
endif
let s:cpo = &cpo
set cpo&vim

" The words of the language: written by `make editors`.
" {{{ words
let s:keywords = ['character', 'scene', 'event', 'section', 'let', 'include']
let s:continued_properties = ['caption', 'as']
let s:name_properties = ['lead']
let s:other_properties = ['image']
let s:text_settings = ['title', 'author', 'negative']
let s:name_settings = ['main']
let s:other_settings = ['style', 'model', 'private-model', 'size', 'steps', 'guidance', 'seed', 'identity', 'font-size', 'pad-image', 'captions', 'lettering', 'reorder', 'callback']
let s:choices = {
  \ 'style': ['Comic book', 'Japanese Anime', 'Digital/Oil Painting', 'Pixar/Disney Character', 'Photographic', 'Line art', 'Black and White Film Noir', 'Isometric Rooms'],
  \ 'model': ['King_Hatchet/SereneXL', 'SereneXL', 'advokat/5DN-Hyperdetailed', '5DN-Hyperdetailed', 'Coolreal/PureRealism-Mix-XL', 'PureRealism-Mix-XL', 'mastertouch711/NaturaLust', 'NaturaLust', 'terrariumbuilder497/AdeptSDXL', 'AdeptSDXL', 'Raxephion/Tornado', 'Tornado', 'joebowersphotography/Halcyon-SDXL-Photorealism', 'Halcyon-SDXL-Photorealism', 'PromptSharingSamaritan/Samaritan-CGI', 'Samaritan-CGI', 'PromptSharingSamaritan/Samaritan-3d-Cartoon', 'Samaritan-3d-Cartoon', 'ThinkDiffusion/ThinkDiffusionXL', 'ThinkDiffusionXL', 'Adel_AI/Pixel-Alchemy', 'Pixel-Alchemy', 'JoeLink/WestRealistic-XL', 'WestRealistic-XL', 'galaxytimemachine/GalaxyTimeMachines-GTM-XLPlus', 'GalaxyTimeMachines-GTM-XLPlus', 'DarkBadBoy/NexusVisionXL', 'NexusVisionXL', 'Splashed/Splashed-Mix-DMD', 'Splashed-Mix-DMD', 'Splashed/Deep-Splashed-Something', 'Deep-Splashed-Something', 'Splashed/Splashed-Journey', 'Splashed-Journey', 'Magenttta/Purple-XL-Anime', 'Purple-XL-Anime', 'Magenttta/Fuchsia-XL', 'Fuchsia-XL', 'epiTune/chirps', 'chirps', 'SLACK69/SLACK-ultra-real-XL-merge', 'SLACK-ultra-real-XL-merge', 'Dark_infinity/Deep-Dark-Anime', 'Deep-Dark-Anime', '7whitefire7/RealCartoon-XL', 'RealCartoon-XL', 'Dark_infinity/Suzannes-XL-Mix', 'Suzannes-XL-Mix', 'J1B/Jib-Mix-Artful', 'Jib-Mix-Artful', 'J1B/Jib-Mix-Realistic-XL', 'Jib-Mix-Realistic-XL', 'socalguitarist/NightVisionXL', 'NightVisionXL', 'HorridWitch/OmnigenXL', 'OmnigenXL', 'StableDiffusionVN/SDVN6-RealXL', 'SDVN6-RealXL', 'StableDiffusionVN/SDVN7-NijiStyleXL', 'SDVN7-NijiStyleXL', 'StableDiffusionVN/SDVN8-ArtXL', 'SDVN8-ArtXL', 'LEOSAM/HelloWorld-XL', 'HelloWorld-XL', 'Zavy/ZavyChromaXL', 'ZavyChromaXL', 'Hevok/Endjourney-XL', 'Endjourney-XL', 'Aurety/_MOHAWK_', '_MOHAWK_', 'Aurety/_CHEYENNE_', '_CHEYENNE_', 'sinatra/RDXL-SFW', 'RDXL-SFW', 'sinatra/Real-Dream-SDXL-Classic', 'Real-Dream-SDXL-Classic', 'SG_161222/RealVisXL-V5.0', 'RealVisXL-V5.0', 'Lykon/DreamShaper-XL', 'DreamShaper-XL', 'wangqixun/YamerMIX v8.0', 'YamerMIX v8.0', 'SG161222/RealVisXL_V4.0', 'RealVisXL_V4.0', 'SG161222/RealVisXL_V3_0', 'RealVisXL_V3_0', 'moxie1776/Moxie Diffusion XL v1.91', 'Moxie Diffusion XL v1.91', 'KandooAI/Juggernaut v10.0', 'Juggernaut v10.0', 'braintacles/BriXL v5.0', 'BriXL v5.0', 'WarAnakin/Crystal Clear v1.0', 'Crystal Clear v1.0', 'PromptSharingSamaritan/Realistic Stock Photo v2.0', 'Realistic Stock Photo v2.0', 'Zavy/ZavyChromaXL v10.0', 'ZavyChromaXL v10.0', 'RunDiffusion/RunDiffusion XL beta', 'RunDiffusion XL beta', 'stabilityai/stable-diffusion-xl-base-1.0', 'stable-diffusion-xl-base-1.0'],
  \ 'identity': ['auto'],
  \ 'negative': ['none'],
  \ 'captions': ['text', 'none'],
  \ 'lettering': ['service', 'local'],
  \ 'reorder': ['yes', 'no'],
  \ }
" }}}

syn case ignore
syn iskeyword @,48-57,_,192-255
" A comment that stands in a caption begins far above a line, and the stories of writers are short.
syn sync fromstart

let s:name = '\%(\d\@!\k\%(-\=\k\)*\)'
" What is behind the last sign of a form: white space and a comment.
let s:end = '\%(\s*$\|\s\+//\%(\s\|$\)\)\@='
" Where a text ends: with its line, or where a comment begins.
let s:stop = ' end=#$# end=#\n# end=#\%(\s\+//\%(\s\|$\)\)\@=# oneline '

function! s:AnyOf(words) abort
  let l:longest_first = sort(copy(a:words), {one, other -> strlen(other) - strlen(one)})
  return '\%(' .. join(map(l:longest_first, {_, word -> substitute(escape(word, '\.*[]^$~#'), ' ', '\\s\\+', 'g')}), '\|') .. '\)'
endfunction

" ---- inside texts -------------------------------------------------------------------------------------------------

syn match storyLink #\<https\=://[^[:space:]{}@]\+# contained contains=@NoSpell
syn match storySign #|# contained
syn case match
syn match storySign #\[NC\]# contained
syn case ignore
syn match storyWrongBrace #}# contained
syn match storyWrongBrace #{\+# contained
syn match storyWrongBrace #{\+\%([^{}[:space:]]\|\s\+\%(//\%(\s\|$\)\)\@!\)*}\+# contained
exe 'syn match storyVariable #{' .. s:name .. '}# contained contains=storyVariableName,@NoSpell'
exe 'syn match storyVariableName #{\@1<=' .. s:name .. '# contained contains=@NoSpell'
exe 'syn match storyMention #\%([A-Za-z0-9_.]\)\@1<!@' .. s:name .. '# contained contains=@NoSpell'
exe 'syn match storyMention #@{' .. s:name .. '}# contained contains=@NoSpell'
syn region storyLiteral matchgroup=storyQuote start=#{"\ze.\{-}"}# end=#"}# oneline contained
" No comment begins inside a literal, also where braces mean nothing.
syn match storyShield #{".\{-}"}# contained contains=@NoSpell
syn cluster storyText contains=storyLink,storySign,storyWrongBrace,storyVariable,storyMention,storyLiteral,@Spell
syn cluster storySettingText contains=storyWrongBrace,storyVariable,storyLiteral,@Spell

exe 'syn region storyTextValue contained start=#\ze\S#' .. s:stop .. 'contains=@storySettingText'
exe 'syn region storyLetText contained start=#\ze\S#' .. s:stop .. 'contains=@storyText'
exe 'syn region storyTitle contained start=#\ze\S#' .. s:stop .. 'contains=storyShield,@Spell'
exe 'syn region storyPath contained start=#\ze\S#' .. s:stop .. 'contains=storyLink,storyShield,@NoSpell'
exe 'syn region storyValue contained start=#\ze\S#' .. s:stop .. 'contains=storyLink,storyShield,@NoSpell'
exe 'syn match storyNumber contained #\%(-\=\d\+\%(\.\d*\)\=\|\.\d\+\|\d\+\s*x\s*\d\+\)' .. s:end .. '#'
exe 'syn match storyNameValue contained #' .. s:name .. s:end .. '#'

" ---- column 0, from anything to what it should be -----------------------------------------------------------------

exe 'syn region storyWrongLine start=#^\ze[^ \t]#' .. s:stop .. 'contains=storyShield'
syn match storyWrongSetting #^[^ \t\x01-@\[-^`{-\x7f][^\x01-,./:-@\[-^`{-\x7f]*\ze\s*:# nextgroup=storyColon skipwhite
syn match storyColon #:# contained nextgroup=storyValue,storyCommentBehind skipwhite

function! s:Settings(words, value) abort
  for l:key in a:words
    let l:own = substitute(l:key, '-', '_', 'g')
    exe 'syn match storySetting #^' .. l:key .. '\ze\s*:# nextgroup=storyColon_' .. l:own .. ' skipwhite contains=@NoSpell'
    exe 'syn match storyColon_' .. l:own .. ' #:# contained skipwhite nextgroup=' .. a:value
      \ .. ',storyChoice_' .. l:own .. ',storyCommentBehind'
    exe 'hi def link storyColon_' .. l:own .. ' storyColon'
    if has_key(s:choices, l:key)
      exe 'syn match storyChoice_' .. l:own .. ' contained #' .. s:AnyOf(s:choices[l:key]) .. s:end .. '# contains=@NoSpell'
      exe 'hi def link storyChoice_' .. l:own .. ' storyChoice'
    endif
  endfor
endfunction
call s:Settings(s:text_settings, 'storyTextValue')
call s:Settings(s:name_settings, 'storyValue,storyNameValue')
call s:Settings(s:other_settings, 'storyValue,storyNumber')

exe 'syn region storyWrongHead matchgroup=storyKeyword start=#^' .. s:AnyOf(s:keywords) .. '\%(\k\|-\)\@!#'
  \ .. s:stop .. 'contains=storyShield'

syn match storyKeyword #^\a\+# contained
exe 'syn match storyCharacter #\%(^\a\+\s\+\)\@<=' .. s:name .. '# contained contains=@NoSpell'
exe 'syn match storyPanel #\%(^\a\+\s\+\)\@<=' .. s:name .. '# contained contains=@NoSpell'
exe 'syn match storyDefined #\%(^\a\+\s\+\)\@<=' .. s:name .. '# contained contains=@NoSpell'
syn match storyMark #\[nc\]# contained
syn match storyEquals #=# contained

exe 'syn match storyHead #^character\s\+' .. s:name .. s:end .. '# contains=storyKeyword,storyCharacter'
exe 'syn match storyHead #^event\%(\s\+' .. s:name .. '\)\=' .. s:end .. '# contains=storyKeyword,storyPanel'
exe 'syn match storyHead #^scene\%(\s\+' .. s:name .. '\)\=\%(\s*\[nc\]\)\=' .. s:end
  \ .. '# contains=storyKeyword,storyPanel,storyMark'
exe 'syn match storyHead #^let\s\+' .. s:name .. '\s*=\%(\s*\S\)\@=\%(\s\+//\%(\s\|$\)\)\@!#'
  \ .. ' contains=storyKeyword,storyDefined,storyEquals nextgroup=storyLetText skipwhite'
syn match storyHead #^section\s\+\%(//\%(\s\|$\)\)\@!\ze[^ \t:]# contains=storyKeyword nextgroup=storyTitle
syn match storyHead #^include\s\+\%(//\%(\s\|$\)\)\@!\ze[^ \t:]# contains=storyKeyword nextgroup=storyPath

" ---- indented lines -----------------------------------------------------------------------------------------------

exe 'syn region storyProse start=#^\s\+\ze\S#' .. s:stop .. 'contains=@storyText'
exe 'syn match storyProperty #^\s\+' .. s:AnyOf(s:other_properties) .. '\ze\s*:# nextgroup=storyColon skipwhite'
exe 'syn match storyProperty #^\s\+' .. s:AnyOf(s:name_properties) .. '\ze\s*:# nextgroup=storyNameColon skipwhite'
syn match storyNameColon #:# contained nextgroup=storyValue,storyNameValue,storyCommentBehind skipwhite
hi def link storyNameColon storyColon

" Deeper lines go on with the value, over blank lines and comments; a tab reaches the next multiple of eight columns.
exe 'syn match storyNone contained #\%(^\s\+caption\s*:\s*\)\@<=none' .. s:end .. '#'
let s:continued = s:AnyOf(s:continued_properties) .. '\s*:# contains=@storyText,storyNone,storyComment,storyCommentBehind'
exe 'syn region storyContinued matchgroup=storyProperty start=#^\z(\s\+\)' .. s:continued
  \ .. ' end=#^\%(\s*$\|\s*//\|\z1\s\)\@!#'
exe 'syn region storyContinued matchgroup=storyProperty start=#^\%( \{8}\| \{0,7}\t\)\z( \{0,7}\)' .. s:continued
  \ .. ' end=#^\%(\s*$\|\s*//\|\%( \{8}\| \{0,7}\t\)\%(\z1\s\| \{0,7}\t\)\)\@!#'
exe 'syn region storyContinued matchgroup=storyProperty start=#^\z( \{1,7}\)' .. s:continued
  \ .. ' end=#^\%(\s*$\|\s*//\|\z1\s\| \{0,7}\t\)\@!#'

" ---- comments -----------------------------------------------------------------------------------------------------

syn match storyIgnore #\%(//\s*\)\@<=storyscript\s*:\s*ignore\>-\@!\%(\s*SS\d\+\>,\=\)*# contained contains=@NoSpell
syn case match
syn keyword storyTodo TODO FIXME XXX HACK NOTE contained
syn case ignore
syn match storyCommentBehind #\s\@1<=//\%(\s.*\)\=$# contains=storyTodo,storyIgnore,@Spell
syn match storyComment #^\s*//.*# contains=storyTodo,storyIgnore,@Spell

hi def link storyKeyword Keyword
hi def link storyCharacter Type
hi def link storyPanel Function
hi def link storyDefined Identifier
hi def link storyMark StorageClass
hi def link storyEquals Operator
hi def link storyTitle Title
hi def link storyPath String
hi def link storySetting Identifier
hi def link storyProperty Identifier
hi def link storyColon Delimiter
hi def link storyTextValue String
hi def link storyLetText String
hi def link storyContinued String
hi def link storyChoice Constant
hi def link storyNone Constant
hi def link storyNumber Number
hi def link storyNameValue Type
hi def link storyMention Type
hi def link storyVariable Delimiter
hi def link storyVariableName PreProc
hi def link storyLiteral SpecialChar
hi def link storyQuote Delimiter
hi def link storyLink Underlined
hi def link storySign Error
hi def link storyWrongBrace Error
hi def link storyWrongLine Error
hi def link storyWrongHead Error
hi def link storyWrongSetting Error
hi def link storyComment Comment
hi def link storyCommentBehind Comment
hi def link storyIgnore SpecialComment
hi def link storyTodo Todo

let b:current_syntax = 'story'
let &cpo = s:cpo
unlet s:cpo
