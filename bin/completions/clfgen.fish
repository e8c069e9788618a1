# Made by bin/_completions.py from what --help says.
complete -c clfgen -f
complete -c clfgen -l rate -x -d 'Requests per second: 0.5, 200'
complete -c clfgen -l duration -x -d 'Stop after so long: 30s, 5m, 1h'
complete -c clfgen -l burst -x -d 'Have a peak in the middle of every so long: 80:10s:40s is 80 a second from second 15 to 25, 55 to 65, and so on'
complete -c clfgen -l errors -x -d 'Share of answers with a 5xx status'
complete -c clfgen -l format -x -a 'common combined' -d 'The form of the lines'
complete -c clfgen -l seed -x -d 'Write the same requests in every run with this N'
complete -c clfgen -l replay -r -F -d 'Send the lines of FILE (- is stdin) at their own pace, their times moved to now'
complete -c clfgen -l speed -x -d 'How many times as fast to replay'
complete -c clfgen -l pid -x -d 'End when that process has gone'
complete -c clfgen -l version -d 'Show the version and exit'
complete -c clfgen -s h -l help -d 'Show this message and exit'
