# bash completion for storyscript. It is made by `storyscript completion bash`: make it again rather than change it.

# What is known under a key: `found`, a line each, and `kind`, what a word is completed by.
__storyscript_look() {
  found='' kind=''
  case $1 in
    @tables@
    *) return 1 ;;
  esac
}

# A word as the program would get it: `plain`, and the quote that is still open in it.
__storyscript_plain() {
  local text=$1 sign
  plain='' open=''
  while [[ -n $text ]]; do
    sign=${text:0:1} text=${text:1}
    case $open$sign in
      \\) plain+=${text:0:1} text=${text:1} ;;
      \' | \") open=$sign ;;
      "''" | '""') open='' ;;
      \"\\)
        # In double quotes a backslash is one, unless it is before a sign that means something there.
        case ${text:0:1} in
          [\"\\\$\`]) plain+=${text:0:1} text=${text:1} ;;
          *) plain+=\\ ;;
        esac
        ;;
      *) plain+=$sign ;;
    esac
  done
}

# Offer those lines of `found` that go on from `plain`; what is behind each is $1.
__storyscript_offer() {
  local word cut quoted ignoring
  # Readline puts what is offered in place of the last part of the word, since it breaks words at `=` and `:` too.
  cut=$((${#before} + ${#plain} - ${#tail}))
  ((cut >= 0)) || cut=0
  shopt -q nocasematch && ignoring=1
  [[ $kind == list || $kind == codes ]] && shopt -s nocasematch
  while IFS= read -r word; do
    [[ -n $word && ${word:0:${#plain}} == "$plain" ]] || continue
    word=$before$word$1 word=${word:cut}
    case $open in
      '') [[ $kind == list ]] && printf -v quoted %q "$word" && word=$quoted ;;
      \") [[ $kind == list ]] && word=${word//\\/\\\\} && word=${word//\"/\\\"} && word=${word//\$/\\\$} && word=${word//\`/\\\`} ;;
    esac
    COMPREPLY+=("$word")
  done <<<"$found"
  [[ -n $ignoring ]] || shopt -u nocasematch
}

# Take those words out of `found` that are among $1, which has commas between them.
__storyscript_without() {
  local word words=$found ignoring
  found=''
  shopt -q nocasematch && ignoring=1
  shopt -s nocasematch
  while IFS= read -r word; do
    [[ ,$1, == *",$word,"* ]] || found+=$word$'\n'
  done <<<"$words"
  [[ -n $ignoring ]] || shopt -u nocasematch
}

# Offer files whose names fit the pattern $1, and folders; readline quotes them.
__storyscript_files() {
  local name=$plain file cut=0
  # shellcheck disable=SC2088 # what was typed, which no shell has expanded
  [[ $plain == "~/"* && -z $open ]] && name=$HOME/${plain:2} cut=${#HOME}
  # Not by `compgen`, which reads its words by other rules where a quote is open.
  found=$(
    set +f
    shopt -u failglob
    unset GLOBIGNORE
    for file in "$name"*; do
      # shellcheck disable=SC2053 # a pattern
      [[ -d $file || (-e $file && $file == $1) ]] || continue
      ((cut == 0)) || file="~${file:cut}"
      printf '%s\n' "$file"
    done
  )
  type compopt &>/dev/null && compopt -o filenames
  __storyscript_offer ''
}

_storyscript() {
  local line=${COMP_LINE:0:COMP_POINT} word rest i current found kind plain open tail before=''
  local command='' place=1 expects='' ended='' used=' '
  local -a words=()
  COMPREPLY=()

  # The words as the program would get them: bash breaks them at `=` and `:` as well.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    rest=${line#"${line%%[![:space:]]*}"}
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$rest
    if ((i > 0)) && [[ $rest == "$line" ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    line=${rest#"$word"}
  done
  current=${words[${#words[@]} - 1]}

  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -n $expects ]]; then
      expects=''
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      used+="${word%%=*} "
      __storyscript_look "value $command $word" && expects=$word
    elif [[ -z $command ]]; then
      command=$word
    else
      place=$((place + 1))
    fi
  done

  __storyscript_plain "$2"
  tail=$plain
  # Of a break alone, readline says that it is the word.
  [[ $current == *"$2" && $2 != [=:] ]] || tail=''
  if [[ -n $expects ]]; then
    __storyscript_look "value $command $expects"
  elif [[ -z $ended && $current == --*=* ]]; then
    __storyscript_look "value $command ${current%%=*}" || return 0
    before=${current%%=*}= current=${current#*=}
  elif [[ -z $ended && $current == -* ]]; then
    __storyscript_look "options $command"
  elif [[ -z $command ]]; then
    __storyscript_look commands
  else
    __storyscript_look "place $command $place" || __storyscript_look "place $command more" ||
      __storyscript_look "options $command"
  fi
  __storyscript_plain "$current"

  case $kind in
    list) __storyscript_offer '' ;;
    code)
      # Of a code its number will do, too.
      [[ $plain != [0-9]* ]] || found=${found//SS/}
      kind=list
      __storyscript_offer ''
      ;;
    codes)
      before+=${plain%"${plain##*,}"} plain=${plain##*,}
      # What stands there is put there again, and not in quotes.
      [[ ${before#*=} != *[!A-Za-z0-9,]* ]] || return 0
      __storyscript_without "${before#*=}"
      type compopt &>/dev/null && compopt -o nospace
      __storyscript_offer ''
      ;;
    story) __storyscript_files '*.story' ;;
    file) __storyscript_files '*' ;;
    folder) __storyscript_files '' ;;
    options)
      # An option that was given is not offered again, unless it can be.
      for word in $found; do
        [[ $word == *+ || $used != *" $word "* ]] && [[ ${word%+} == "$plain"* ]] && COMPREPLY+=("${word%+}")
      done
      ;;
    setting)
      if [[ $plain == *=* ]]; then
        # A setting that takes any text has nothing to offer.
        __storyscript_look "setting ${plain%%=*}" || return 0
        before+=${plain%%=*}= plain=${plain#*=}
        __storyscript_offer ''
      else
        __storyscript_look settings
        type compopt &>/dev/null && compopt -o nospace
        __storyscript_offer '='
      fi
      ;;
  esac
  return 0
}

complete -F _storyscript storyscript
