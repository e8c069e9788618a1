# Made by bin/_completions.py from what --help says.

_clfstats() {
    local IFS=$' \t\n' current=${COMP_WORDS[COMP_CWORD]} word words
    local previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    # To return without a word leaves it to readline, which knows files, with spaces and all.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -- ]] && return
    done
    # --option=value is three words here.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $previous in
    --window) words='' ;;
    --top) words='' ;;
    --by) words='time host ident user method path query protocol status bytes section duration upstream_duration bytes_in bytes_out server port referer user_agent vhost extra request' ;;
    --delay) words='' ;;
    --clock) words='auto event wall' ;;
    --output) words='text json' ;;
    --messages) return ;;
    --rejects) return ;;
    *)
        case $current in
        -*) words='--window --top --by --delay --clock --output --live --messages --rejects --strict --version -h --help' ;;
        *) return ;;
        esac
        ;;
    esac
    # No files here. Bash 3 has no compopt, and offers them where no word fits.
    compopt +o bashdefault +o default 2>/dev/null
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _clfstats clfstats
