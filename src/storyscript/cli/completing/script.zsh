#compdef storyscript
# zsh completion for storyscript. It is made by `storyscript completion zsh`: make it again rather than change it.

# Offer the words of a list; $1 is what they are called, $2 the list's key, $3 how they are typed if not as they are:
# `code`, also by its number alone, or `codes`, with commas between them.
__storyscript_list() {
  local -a found more
  local word
  case $2 in
    @lists@
  esac
  case $3 in
    code) [[ $PREFIX != [0-9]* ]] || found=("${found[@]#SS}") ;;
    codes)
      if [[ $PREFIX == *,* ]]; then
        for word in ${(s:,:)${(U)PREFIX%,*}}; do
          found=("${(@)found:#$word:*}")
        done
      fi
      compset -P '*,'
      more=(-qS ,)
      ;;
  esac
  (($#found)) || return 1
  _describe -t values "$1" found $more -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}'
}

# Offer `KEY=`, and behind it the values of that setting.
__storyscript_setting() {
  local -a found
  if [[ $PREFIX == *=* ]]; then
    local key=${PREFIX%%=*}
    compset -P 1 '*='
    __storyscript_list "$key" "setting $key"
  else
    found=(
      @settings@
    )
    _describe -t settings setting found -S =
  fi
}

__storyscript_command() {
  local -a found
  found=(
    @commands@
  )
  _describe -t commands command found
}

_storyscript() {
  local curcontext=$curcontext state line ret=1
  typeset -A opt_args
  _arguments -S -C \
    @program@
    ': :__storyscript_command' \
    '*::: :->words' && ret=0
  if [[ $state == words ]]; then
    words=($line[1] "${words[@]}")
    ((CURRENT++))
    curcontext=${curcontext%:*:*}:storyscript-$line[1]:
    case $line[1] in
      @cases@
    esac
  fi
  return ret
}

# As a file in `fpath` this is the function itself; read by `eval` or `source`, it makes it known.
if [[ $funcstack[1] == _storyscript ]]; then
  _storyscript "$@"
else
  compdef _storyscript storyscript
fi
