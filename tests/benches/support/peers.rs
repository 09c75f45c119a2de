//! What the same rows cost elsewhere: one SQLite table, and PostgreSQL's own replication over three hops.

use std::time::Duration;

use super::timing::instant;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// One entry as a plain table holds it.
#[derive(Debug)]
pub struct Row {
    /// 统一社会信用代码.
    pub key: String,
    /// The subject's name.
    pub name: String,
    /// The case's number.
    pub number: i64,
    /// The encoded entry.
    pub body: Vec<u8>,
}

/// Inserts the rows into one table with one index, a row a call, in one transaction.
pub async fn one_table(rows: &[Row]) -> Anyhow<Duration> {
    use sqlx::ConnectOptions;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
    let folder = tempfile::tempdir()?;
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.path().join("rows.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
        .connect()
        .await?;
    for statement in [TABLE_SQLITE, INDEX] {
        sqlx::query(statement).execute(&mut connection).await?;
    }
    let began = instant();
    let mut transaction = sqlx::Connection::begin(&mut connection).await?;
    for row in rows {
        let insert = sqlx::query("INSERT INTO entries (key, name, number, body) VALUES ($1, $2, $3, $4)");
        insert.bind(&row.key).bind(&row.name).bind(row.number).bind(&row.body).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(began.elapsed())
}

const TABLE_SQLITE: &str = "CREATE TABLE entries (key TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL)";
const INDEX: &str = "CREATE INDEX entries_by_name ON entries (name)";

/// Four PostgreSQL clusters, as three machines between the first and the last; they end with their standard input.
const SERVE: &str = r#"
set -e
umask 077
folder=$(mktemp -d /tmp/honghei-cascade.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
servers=
for place in a b c d; do
    mkdir $place
    "$1/initdb" -D $place/data -U postgres -A trust -E UTF8 --locale=C >log 2>&1 || { cat log >&2; exit 1; }
    "$1/postgres" -D $place/data -k "$folder/$place" -c listen_addresses= -c wal_level=logical \
        -c shared_buffers=128MB -c max_wal_size=4GB >$place/log 2>&1 &
    servers="$servers $!"
done
for place in a b c d; do
    until "$1/pg_isready" -q -h "$folder/$place"; do sleep 0.05; done
done
echo "$folder"
cat >/dev/null
kill -INT $servers
wait $servers || true
"#;

const TABLE_POSTGRES: &str = "CREATE TABLE entries (key TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, number BIGINT NOT NULL, body BYTEA NOT NULL)";

/// Rows of a transaction: large, but small enough for the hops to work at the same time.
const ROWS_PER_TRANSACTION: usize = 5_000;

/// Sends the rows from one PostgreSQL cluster over two more to a fourth; the time until the fourth shows the last row.
pub async fn cascade(rows: &[Row]) -> Anyhow<Duration> {
    let mut keeper = start()?;
    let mut folder = String::new();
    let output = keeper.stdout.take().ok_or("no output")?;
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut folder)?;
    let folder = folder.trim_end();
    if folder.is_empty() {
        return Err("the servers did not start".into());
    }
    let taken = send(rows, folder).await;
    // Its input closes, and the clusters go.
    drop(keeper.stdin.take());
    keeper.wait()?;
    taken
}

fn start() -> Anyhow<std::process::Child> {
    use std::process::{Command, Stdio};
    let programs = programs().ok_or("no initdb and postgres on this machine")?;
    let root = Command::new("id").arg("-u").output()?.stdout.starts_with(b"0\n");
    let mut command = if root {
        // The server refuses to run as root.
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", SERVE, "sh"]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", SERVE, "sh"]);
        command
    };
    let command = command.arg(programs).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
    Ok(command.spawn()?)
}

fn programs() -> Option<std::path::PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    places.sort();
    places.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    places.into_iter().find(|place| place.join("initdb").exists() && place.join("postgres").exists())
}

async fn send(rows: &[Row], folder: &str) -> Anyhow<Duration> {
    use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
    let mut clusters = Vec::new();
    for place in ["a", "b", "c", "d"] {
        let mut cluster =
            PgConnection::connect(&format!("postgres://postgres@localhost?host={folder}/{place}")).await?;
        cluster.execute(TABLE_POSTGRES).await?;
        cluster.execute(INDEX).await?;
        cluster.execute("CREATE PUBLICATION onward FOR TABLE entries").await?;
        clusters.push(cluster);
    }
    for (cluster, source) in clusters.iter_mut().skip(1).zip(["a", "b", "c"]) {
        let subscribe = format!(
            "CREATE SUBSCRIPTION from_{source} CONNECTION 'host={folder}/{source} user=postgres dbname=postgres' \
             PUBLICATION onward WITH (copy_data = false)"
        );
        cluster.execute(AssertSqlSafe(subscribe)).await?;
    }
    let (Some(last), [first, .., end]) = (rows.last(), clusters.as_mut_slice()) else { return Err("no rows".into()) };
    let began = instant();
    for rows in rows.chunks(ROWS_PER_TRANSACTION) {
        let mut transaction = first.begin().await?;
        for rows in rows.chunks(1_000) {
            let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
            let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
            let bodies: Vec<&[u8]> = rows.iter().map(|row| row.body.as_slice()).collect();
            sqlx::query("INSERT INTO entries SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::bytea[])")
                .bind(keys)
                .bind(names)
                .bind(numbers)
                .bind(bodies)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
    }
    loop {
        let arrived = sqlx::query("SELECT 1 FROM entries WHERE key = $1").bind(&last.key).fetch_optional(&mut *end);
        if arrived.await?.is_some() {
            return Ok(began.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
