# Made by bin/_completions.py from what --help says.

_clfparse() {
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
    --format) words='' ;;
    --rejects) return ;;
    *)
        case $current in
        -*) words='--format --rejects --strict --version -h --help' ;;
        *) return ;;
        esac
        ;;
    esac
    # No files here. Bash 3 has no compopt, and offers them where no word fits.
    compopt +o bashdefault +o default 2>/dev/null
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _clfparse clfparse
