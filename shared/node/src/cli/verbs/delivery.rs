//! Verbs around departments' lists that machines bring: at the province, and at the department itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use honghei_proto::console::v1::propose_request::Command;
use honghei_proto::console::v1::{DropDeliveryRequest, IssueCredentialRequest, ListDeliveriesRequest, TakeDelivery};

use crate::cli::task::{DeliveryTask, PushAs, Task};

/// Departments' lists that machines bring.
#[derive(Debug, Subcommand)]
pub enum DeliveryVerb {
    /// List what machines brought and what waits for an officer: its rows, what taking it in would do, what stands in
    /// its way.
    ///
    /// Machines bring lists as files in DIR/inbox/SOURCE, or with feed push.
    Waiting {
        /// Of this source only.
        #[arg(default_value = "")]
        source: String,
    },
    /// Take a waiting list in: you sign it, as if you had imported the file yourself.
    ///
    /// Example: feed take tax-cases
    Take {
        /// The delivery, or its source where only one of it waits.
        delivery: String,
        /// The day the list states, where it came without one.
        #[arg(long, default_value = "", value_name = "DAY")]
        as_of: String,
        /// Last day of validity of rows that state none.
        #[arg(long, default_value = "", value_name = "DAY")]
        valid_to: String,
        /// Consent to the exit of so many rows that a full list lacks, where the guard asks for it.
        #[arg(long, default_value_t = 0, value_name = "ROWS")]
        agree_exits: u64,
        /// Let nothing enter if any row is bad.
        #[arg(long)]
        strict: bool,
        /// Confirm the rows that ask for a person.
        #[arg(long)]
        confirm: bool,
    },
    /// Put a waiting list aside; nothing of it enters, its file is kept with the refused ones.
    Drop {
        /// The delivery, or its source where only one of it waits.
        delivery: String,
    },
    /// Certify the key of a department's program, which may then push this source's lists and do nothing else.
    ///
    /// A new certificate replaces the one before. Example: feed credential tax-cases --request tax.csr --out tax.pem
    #[command(group = clap::ArgGroup::new("change").required(true).args(["request", "withdraw"]))]
    Credential {
        /// The registered source.
        source: String,
        /// The signing request that the department made with feed key.
        #[arg(long, value_name = "FILE", requires = "out")]
        request: Option<PathBuf>,
        /// Where to write the certificate, to be handed to the department; it is no secret.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Withdraw the source's certificate instead.
        #[arg(long)]
        withdraw: bool,
    },
    /// At the department: make a key for pushing a source's lists, and the request to certify it. Needs no node.
    ///
    /// Example: feed key tax-cases --key tax.key --request tax.csr
    Key {
        /// The source.
        source: String,
        /// Where to write the key; it never leaves the department.
        #[arg(long = "key", value_name = "FILE")]
        key_out: PathBuf,
        /// Where to write the request, to be handed to the province.
        #[arg(long, value_name = "FILE")]
        request: PathBuf,
    },
    /// At the department: hand a list in over the network. Needs no node.
    ///
    /// Example: feed push tax.csv --as-of 2018-01-05 --to 10.0.0.1:7420 --node 420000-commerce --certificate tax.pem
    /// --key tax.key
    Push {
        /// The spreadsheet.
        file: PathBuf,
        /// The day the list states.
        #[arg(long, value_name = "DAY")]
        as_of: String,
        /// full or delta; as registered where it is left out.
        #[arg(long, default_value = "")]
        mode: String,
        /// How many rows it has, where they were counted: another number that arrives is refused.
        #[arg(long, default_value_t = 0)]
        rows: u64,
        /// Where to.
        #[command(flatten)]
        to: ToArgs,
    },
    /// At the department: ask how the source stands, and where a delivery does. Needs no node.
    Standing {
        /// The delivery.
        #[arg(default_value = "")]
        delivery: String,
        /// Where to ask.
        #[command(flatten)]
        to: ToArgs,
    },
}

/// Whom a department's program calls, and as whom.
#[derive(Debug, Args)]
pub struct ToArgs {
    /// Where the province's node listens.
    #[arg(long = "to", value_name = "HOST:PORT", env = "HONGHEI_FEED_TO")]
    address: String,
    /// The province's node, such as 420000-commerce.
    #[arg(long, env = "HONGHEI_FEED_NODE")]
    node: String,
    /// The file from feed credential.
    #[arg(long, value_name = "FILE", env = "HONGHEI_FEED_CERTIFICATE")]
    certificate: PathBuf,
    /// The file from feed key.
    #[arg(long = "key", value_name = "FILE", env = "HONGHEI_FEED_KEY")]
    key: PathBuf,
}

impl ToArgs {
    fn read(self) -> PushAs {
        let Self { address, node, certificate, key } = self;
        PushAs { address, node, certificate, key }
    }
}

impl DeliveryVerb {
    pub(super) fn task(self) -> Task {
        let task = match self {
            DeliveryVerb::Take { delivery, as_of, valid_to, agree_exits, strict, confirm } => {
                let agreed_exits = agree_exits;
                let take = TakeDelivery { delivery, as_of, valid_to, agreed_exits, strict, confirm };
                return Task::act(Command::TakeDelivery(take));
            }
            DeliveryVerb::Waiting { source } => DeliveryTask::Waiting(ListDeliveriesRequest { source }),
            DeliveryVerb::Drop { delivery } => DeliveryTask::Drop(DropDeliveryRequest { delivery }),
            DeliveryVerb::Credential { source, request, out, withdraw } => {
                let asked = IssueCredentialRequest { source, withdraw, ..IssueCredentialRequest::default() };
                DeliveryTask::Credential { asked, files: request.zip(out) }
            }
            DeliveryVerb::Key { source, key_out, request } => DeliveryTask::Key { source, key: key_out, request },
            DeliveryVerb::Push { file, as_of, mode, rows, to } => {
                DeliveryTask::Push { file, as_of, mode, rows, to: to.read() }
            }
            DeliveryVerb::Standing { delivery, to } => DeliveryTask::Standing { delivery, to: to.read() },
        };
        Task::Delivery(task)
    }
}
