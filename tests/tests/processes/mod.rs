//! Stories with real processes: each node has its own process, folder and database, and is killed without warning.

mod alone;
mod founding;
mod leaves;
mod lock;
mod postgres;
mod storm;
mod story;
mod strangers;
mod walk;
