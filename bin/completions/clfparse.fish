# Made by bin/_completions.py from what --help says.
complete -c clfparse -l format -x -d 'How lines are read: auto, common, combined, vhost_common, vhost_combined, nginx, w3c, json, or the server\'s own format string, of Apache (LogFormat) or nginx (log_format)'
complete -c clfparse -l rejects -r -F -d 'Add every refused line to FILE, byte for byte'
complete -c clfparse -l strict -d 'End with status 1 if a line was refused'
complete -c clfparse -l version -d 'Show the version and exit'
complete -c clfparse -s h -l help -d 'Show this message and exit'
