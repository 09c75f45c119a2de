"""The bare anti-join of one peer: reds whose code no black has. Arguments: peer, folder of the lists, expected count.

Prints seconds (the median of three, rows loaded and indexed before), megabytes at its highest, and a remark.
"""

import os, resource, shutil, sqlite3, statistics, subprocess, sys, tempfile, time

peer, folder, expected = sys.argv[1], sys.argv[2], int(sys.argv[3])
red, black = os.path.join(folder, "red.tsv"), os.path.join(folder, "black.tsv")
remark = ""


def median(run):
    times = []
    for _ in range(3):
        began = time.perf_counter()
        count = run()
        times.append(time.perf_counter() - began)
        assert count == expected, f"{peer} counts {count}, not {expected}"
    return statistics.median(times)


def highest():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if peer == "duckdb":
    import duckdb

    db = duckdb.connect()
    db.execute("SET threads = 2")
    columns = "columns = {'code': 'VARCHAR', 'day': 'DATE'}, delim = '\t', header = false"
    began = time.perf_counter()
    for name, path in (("red", red), ("black", black)):
        db.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', {columns})")
    load = time.perf_counter() - began
    query = "SELECT count(*) FROM red ANTI JOIN black USING (code)"
    seconds = median(lambda: db.execute(query).fetchone()[0])
    remark = f"from text it takes {load + seconds:.3f} s"
elif peer == "polars":
    os.environ["POLARS_MAX_THREADS"] = "2"
    import polars

    read = lambda path: polars.read_csv(path, separator="\t", has_header=False, new_columns=["code", "day"])
    began = time.perf_counter()
    reds, blacks = read(red), read(black)
    load = time.perf_counter() - began
    seconds = median(lambda: reds.join(blacks, on="code", how="anti").height)
    remark = f"from text it takes {load + seconds:.3f} s"
elif peer == "sqlite":
    with tempfile.TemporaryDirectory() as place:
        db = sqlite3.connect(os.path.join(place, "rows.db"))
        db.execute("PRAGMA journal_mode = off")
        for name, path in (("red", red), ("black", black)):
            db.execute(f"CREATE TABLE {name} (code TEXT NOT NULL, day TEXT NOT NULL)")
            with open(path) as lines:
                rows = (line.rstrip("\n").split("\t") for line in lines)
                db.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)
        db.execute("CREATE INDEX black_code ON black (code)")
        db.commit()
        query = "SELECT count(*) FROM red WHERE NOT EXISTS (SELECT 1 FROM black WHERE black.code = red.code)"
        seconds = median(lambda: db.execute(query).fetchone()[0])
elif peer == "postgres":
    with tempfile.TemporaryDirectory() as place:
        data = os.path.join(place, "data")
        # The server refuses to run as root.
        root = os.geteuid() == 0
        server_user = ["runuser", "-u", "postgres", "--"] if root else []
        if root:
            shutil.chown(place, "postgres")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place}
        subprocess.run([*server_user, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--locale=C", "-E", "UTF8"], check=True, **quiet)
        settings = ["shared_buffers=512MB", "work_mem=512MB", "fsync=off", "listen_addresses=", "max_wal_size=8GB"]
        options = [part for setting in settings for part in ("-c", setting)]
        server = subprocess.Popen([*server_user, "postgres", "-D", data, "-k", place, *options], **quiet)
        try:
            while subprocess.run(["pg_isready", "-q", "-h", place], **quiet).returncode:
                time.sleep(0.1)

            def ask(sql):
                psql = ["psql", "-h", place, "-U", "postgres", "-Atqc", sql]
                return subprocess.run(psql, check=True, capture_output=True, text=True, cwd=place).stdout.strip()

            for name, path in (("red", red), ("black", black)):
                ask(f"CREATE TABLE {name} (code text NOT NULL, day date NOT NULL)")
                ask(f"\\copy {name} FROM '{path}'")
                ask(f"ANALYZE {name}")
            query = "SELECT count(*) FROM red WHERE NOT EXISTS (SELECT 1 FROM black WHERE black.code = red.code)"
            seconds = median(lambda: int(ask(query)))
        finally:
            server.terminate()
            server.wait()
    # Its memory is shared by many processes and is not told.
    print(f"{seconds:.4f} 0")
    sys.exit()
else:
    sys.exit(f"no peer is called {peer}")

# SQLite pages its rows from disk; its memory says nothing.
print(f"{seconds:.4f} {0 if peer == 'sqlite' else highest():.1f} {remark}")
