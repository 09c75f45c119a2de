//! The console's socket: a file in the node's folder that only the node's user may open.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tokio::net::UnixListener;
use tokio::sync::watch;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::Server;

use super::Console;
use crate::answer::{Answer, Class, chain};
use crate::folder::Folder;
use crate::offer::Offer;

/// The longest path that every Unix takes for a socket.
const MAX_PATH_BYTES: usize = 103;

/// A bound socket.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Binds it. The caller holds the folder's lock, so a socket that lies there is a dead process's and is removed.
    pub fn bind(folder: &Folder) -> Result<Self, Answer> {
        let path = folder.socket();
        if path.as_os_str().len() > MAX_PATH_BYTES {
            let message = format!(
                "{} is longer than the {MAX_PATH_BYTES} bytes a socket's path may have; use a shorter folder",
                path.display()
            );
            return Err(Answer::new(Class::Usage, "SOCKET_PATH_TOO_LONG", message));
        }
        let failed = |error: io::Error| {
            Answer::new(
                Class::Fault,
                "SOCKET_FAILED",
                format!("{}: cannot open the console's socket: {error}", path.display()),
            )
        };
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let listener = UnixListener::bind(&path).map_err(failed)?;
        // The folder itself is closed to others, so nobody slips in between the two calls.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(Self { listener, path })
    }

    /// Serves the console until `stop` turns true, then takes the socket away.
    pub async fn serve(self, console: Console, mut stop: watch::Receiver<bool>) -> Result<(), Answer> {
        let routes = Offer::new().with(console.into_server()).into_routes().await?;
        let served = Server::builder()
            .add_routes(routes)
            .serve_with_incoming_shutdown(UnixListenerStream::new(self.listener), async move {
                let _ = stop.wait_for(|stop| *stop).await;
            })
            .await;
        // The next start would remove it too; a script that waits for its end is served better now.
        let _ = std::fs::remove_file(&self.path);
        served.map_err(|error| Answer::new(Class::Fault, "CONSOLE_FAILED", chain(&error)))
    }
}
