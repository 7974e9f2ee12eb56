"""The way of Python's web frameworks: a cursor, csv.writer, zipfile. Arguments: URL, statement file, ZIP."""
import csv
import io
import json
import resource
import sys
import time
import zipfile

import psycopg2

url, statement_file, path = sys.argv[1:4]
connection = psycopg2.connect(url)
started = time.monotonic()
rows = 0
with connection.cursor(name="report") as cursor, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
    cursor.itersize = 2000
    with open(statement_file, encoding="utf-8") as statement:
        cursor.execute(statement.read())
    with archive.open("report.csv", "w", force_zip64=True) as entry, io.TextIOWrapper(entry, "utf-8", newline="") as text:
        writer = csv.writer(text)
        for row in cursor:
            writer.writerow(row)
            rows += 1
seconds = time.monotonic() - started
print(json.dumps({"rows": rows, "seconds": seconds, "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
