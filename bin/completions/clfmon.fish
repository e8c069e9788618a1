# Made by bin/_completions.py from what --help says.
complete -c clfmon -s t -l threshold -x -d 'Alert above N requests per second on average'
complete -c clfmon -l window -x -d 'Length of the statistics\' window'
complete -c clfmon -l alert-window -x -d 'Length of the alert\'s window'
complete -c clfmon -s n -l lines -x -d 'Begin with the last N lines of LOG, as tail does: enough of them give the alert its window back after a restart'
complete -c clfmon -l plain -d 'Write text instead of the screen (JSON, where stdout is no terminal)'
complete -c clfmon -l demo -d 'Show made-up traffic, with a peak, short windows and a threshold to suit'
complete -c clfmon -l version -d 'Show the version and exit'
complete -c clfmon -s h -l help -d 'Show this message and exit'
