//! Duties that nothing but their fulfilment ends: exits that are told, lists that a bureau publishes by itself, a
//! campaign that its level above sees to, names under decisions, people who stay apart.

mod announced;
mod backlog;
mod bureau;
mod hands;
mod office;
mod rehearsed;
mod signers;
