# fish completion for storyscript. It is made by `storyscript completion fish`: make it again rather than change it.

# Whether the cursor is at a word of the command $argv[1]; with $argv[2], at the word of that number, or, with a `+`
# behind it, at that or a later one.
function __storyscript_at
    set -l tokens (commandline -opc)
    set -l command ''
    set -l place 1
    set -l expects 0
    set -l ended 0
    for token in $tokens[2..]
        if test $expects = 1
            set expects 0
        else if test $ended = 0 -a "$token" = --
            set ended 1
        else if test $ended = 0; and string match -q -- '-?*' "$token"
            contains -- "$command $token" @takers@; and set expects 1
        else if test -z "$command"
            set command "$token"
        else
            set place (math $place + 1)
        end
    end
    test "$command" = "$argv[1]"; or return 1
    switch "$argv[2]"
        case ''
            test $ended = 0
        case '*+'
            test $place -ge (string trim -c + -- $argv[2])
        case '*'
            test $place -eq $argv[2]
    end
end

# Files whose names fit the pattern, and folders.
function __storyscript_files
    set -l token (commandline -ct | string replace -r -- '^--[^=]*=' '')
    complete -C "__storyscript_no_command $token" | string match -r -- $argv[1]
end

# The words of a list, each with what it means.
function __storyscript_list
    switch "$argv[1]"
        @lists@
    end
end

# Codes of a list; where a number was begun, their numbers.
function __storyscript_code
    if string match -q -r -- '^[0-9]' (commandline -ct)
        __storyscript_list $argv[1] | string replace -- SS ''
    else
        __storyscript_list $argv[1]
    end
end

# Codes of a list behind those that were typed, with commas between them.
function __storyscript_codes
    set -l token (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l typed (string match -r -- '^.*,' $token)
    for line in (__storyscript_list $argv[1])
        set -l code (string split -m 1 -f 1 \t -- $line)
        contains -- $code (string split -- , (string upper -- "$typed")); or echo -s -- "$typed" $line
    end
end

# `KEY=`, and behind it the values of that setting.
function __storyscript_setting
    set -l token (commandline -ct | string replace -r -- '^--[^=]*=' '' | string unescape -n 2>/dev/null)
    set -l key (string match -r -- '^[^=]*=' $token)
    if set -q key[1]
        __storyscript_list "setting "(string trim -r -c = -- $key[1]) | string replace -r -- '^' $key[1]
    else
        __storyscript_list settings
    end
end

complete -c storyscript -f
@rules@
