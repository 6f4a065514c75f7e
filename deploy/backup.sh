#!/bin/sh
# 备份一次,不用停服务。用法(在项目目录里,环境变量和服务用的一样):
#   deploy/backup.sh 文件夹 [数据库备份留几天,缺省 14]
# 文件夹里:每次一个 huying-时间.db(逐表核对过),加一份和现在一样的 media(照片)。
# 密钥不在里面:HUYING_SECRET_KEY 或 secret.key 另外收好,不和备份放一起。
set -eu
umask 077
folder=$1
days=${2:-14}
python=${PYTHON:-.venv/bin/python}
photos=${HUYING_DATA_DIR:-data/run}/media
name=huying-$(date -u +%Y%m%dT%H%M%SZ).db

mkdir -p "$folder/media"
"$python" bot.py backup "$folder/$name"
if [ -d "$photos" ]; then
    # 照片以内容的哈希为名,不会改:新的拷来,已经删掉的(到期、本人要求)这里也删掉。
    cp -Rnp "$photos/." "$folder/media/"
    (cd "$folder/media" && find . -type f) | while read -r photo; do
        [ -e "$photos/$photo" ] || rm "$folder/media/$photo"
    done
fi
find "$folder" -maxdepth 1 -name 'huying-*.db' -mtime "+$days" -exec rm {} +
