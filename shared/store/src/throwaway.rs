//! A PostgreSQL server for the tests of one process: started when first asked for, gone when the process is.
//!
//! `$HONGHEI_POSTGRES_URL` names another server to use instead; its user must be allowed to create databases.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{Connection, Executor};

/// Makes a server in a fresh folder, says where it is, and ends it when its standard input closes: however the
/// tests' process dies, nothing stays behind.
const SERVE: &str = r#"
set -e
umask 077
folder=$(mktemp -d /tmp/honghei-postgres.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# A locale unlike C where the server has one: then an order that the schema does not fix shows.
"$1/initdb" -D data -U postgres -A trust -E UTF8 --locale-provider=icu --icu-locale=en --locale=C >log 2>&1 ||
    { rm -rf data; "$1/initdb" -D data -U postgres -A trust -E UTF8 --locale=C >log 2>&1; } ||
    { cat log >&2; exit 1; }
"$1/postgres" -D data -k "$folder" -c listen_addresses= -c shared_buffers=64MB -c max_connections=400 >log 2>&1 &
server=$!
until "$1/pg_isready" -q -h "$folder"; do
    kill -0 $server || { cat log >&2; exit 1; }
    sleep 0.05
done
echo "$folder"
cat >/dev/null
kill -INT $server
wait $server || true
"#;

struct Server {
    base: String,
    // Its standard input stays open as long as this process lives.
    _keeper: Option<Child>,
}

static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();

/// The URL of a new, empty database on this process's throw-away server, or why there is none.
pub async fn postgres_database() -> Result<String, String> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(start)).await.map_err(|error| error.to_string())?;
    let base = &server.as_ref().map_err(Clone::clone)?.base;
    let name = format!("honghei_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let url = |database: &str| match base.split_once('?') {
        Some((place, options)) => format!("{place}/{database}?{options}"),
        None => format!("{base}/{database}"),
    };
    let create = async {
        let mut connection = sqlx::PgConnection::connect(&url("postgres")).await?;
        // The name is made of letters, digits and underscores here.
        connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
        connection.close().await
    };
    create.await.map_err(|error: sqlx::Error| format!("no database for the test on {base}: {error}"))?;
    Ok(url(&name))
}

fn start() -> Result<Server, String> {
    if let Ok(given) = std::env::var("HONGHEI_POSTGRES_URL") {
        return Ok(Server { base: without_database(&given), _keeper: None });
    }
    let programs = programs().ok_or(
        "PostgreSQL is needed for this test: install its server (Debian: apt-get install postgresql), \
         or name a running one in $HONGHEI_POSTGRES_URL",
    )?;
    let mut command = if is_root() {
        // The server refuses to run as root.
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", SERVE, "sh"]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", SERVE, "sh"]);
        command
    };
    let started = command
        .arg(&programs)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut keeper = started.map_err(|error| format!("PostgreSQL cannot be started: {error}"))?;
    let mut folder = String::new();
    if let Some(output) = keeper.stdout.take() {
        BufReader::new(output).read_line(&mut folder).map_err(|error| error.to_string())?;
    }
    let folder = folder.trim();
    if folder.is_empty() {
        let mut reason = String::new();
        if let Some(mut errors) = keeper.stderr.take() {
            errors.read_to_string(&mut reason).map_err(|error| error.to_string())?;
        }
        return Err(format!("PostgreSQL in {} did not start: {reason}", programs.display()));
    }
    Ok(Server { base: format!("postgres://postgres@localhost?host={folder}"), _keeper: Some(keeper) })
}

/// The folder that holds initdb, pg_isready and postgres.
fn programs() -> Option<PathBuf> {
    let complete = |folder: &Path| ["initdb", "pg_isready", "postgres"].iter().all(|name| folder.join(name).is_file());
    let configured = Command::new("pg_config").arg("--bindir").output().ok();
    let configured = configured.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut packaged: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    packaged.sort();
    let searched = std::env::var_os("PATH").unwrap_or_default();
    let candidates = configured.into_iter().chain(packaged.into_iter().rev()).chain(std::env::split_paths(&searched));
    candidates.into_iter().find(|folder| complete(folder))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0"))
}

/// `postgres://user@host/database?options` without its database.
fn without_database(url: &str) -> String {
    let (place, options) = url.split_once('?').map_or((url, None), |(place, options)| (place, Some(options)));
    let authority = place.find("://").map_or(0, |at| at + 3);
    let end = place[authority..].find('/').map_or(place.len(), |at| authority + at);
    match options {
        Some(options) => format!("{}?{options}", &place[..end]),
        None => place[..end].to_owned(),
    }
}
