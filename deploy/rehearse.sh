#!/bin/sh
# 演练:把一个备份恢复到临时的空库里,核对日志和事项,然后删掉。不碰正在用的数据。
#   deploy/rehearse.sh 备份文件
set -eu
umask 077
python=${PYTHON:-.venv/bin/python}
key=${HUYING_DATA_DIR:-data/run}/secret.key
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
[ ! -e "$key" ] || cp -p "$key" "$place/"
export HUYING_DATA_DIR="$place" HUYING_DATABASE_URL=

"$python" bot.py restore "$1"
"$python" bot.py audit verify
"$python" bot.py reindex
