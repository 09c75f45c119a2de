//! Work on parts of a list at once: reading and judging entries is most of what a list costs, and parts do not depend on
//! each other.

use std::num::NonZero;

/// Chunks of a list in memory at once while their entries are worked on.
pub const CHUNKS: usize = 8;

/// Subjects, buckets and the like that are not worth another thread.
pub const FEW: usize = 512;

/// The same as [`each`] of items that cost little each: a few are left to the caller.
pub fn each_of_many<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() <= FEW { items.iter().map(work).collect() } else { each(items, work) }
}

/// What `work` makes of each item, in order. Items are shared out to as many threads as there are processors; the caller
/// waits for all of them.
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let (own, others) = items.split_at(items.len().div_ceil(threads));
    let work = &work;
    std::thread::scope(|scope| {
        let others: Vec<_> = others
            .chunks(own.len())
            .map(|items| scope.spawn(move || items.iter().map(work).collect::<Vec<R>>()))
            .collect();
        let mut made: Vec<R> = own.iter().map(work).collect();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    })
}

/// The same as [`beside`] of work on so many items that cost little each: a few are left to the caller.
pub async fn beside_of_many<T: Send + 'static, R>(
    items: usize,
    work: impl FnOnce() -> T + Send + 'static,
    store: impl Future<Output = R>,
) -> (T, R) {
    if items <= FEW { (work(), store.await) } else { beside(work, store).await }
}

/// Does a piece of work on a thread of its own while the caller reads or writes on, and waits for both.
pub async fn beside<T: Send + 'static, R>(
    work: impl FnOnce() -> T + Send + 'static,
    store: impl Future<Output = R>,
) -> (T, R) {
    let working = std::thread::spawn(work);
    let stored = store.await;
    match working.join() {
        Ok(done) => (done, stored),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, beside, beside_of_many, each, each_of_many};

    #[tokio::test]
    async fn work_beside_the_store_is_done_at_the_same_time() {
        // Each waits for the other: one after the other they would never end.
        let (work_says, store_hears) = tokio::sync::oneshot::channel();
        let (store_says, work_hears) = std::sync::mpsc::channel();
        let work = move || {
            work_says.send(1).unwrap();
            work_hears.recv().unwrap()
        };
        let store = async {
            store_says.send(2).unwrap();
            store_hears.await.unwrap()
        };
        assert_eq!(beside(work, store).await, (2, 1));
    }

    #[tokio::test]
    async fn work_on_few_is_done_by_the_caller() {
        let own = std::thread::current().id();
        let id = || std::thread::current().id();
        assert_eq!(beside_of_many(FEW, id, async { 1 }).await, (own, 1));
        assert_ne!(beside_of_many(FEW + 1, id, async { 1 }).await, (own, 1));
    }

    #[test]
    fn whatever_the_number_of_items_each_is_worked_on_once_and_in_order() {
        for count in 0..40_u32 {
            let items: Vec<u32> = (0..count).collect();
            assert_eq!(each(&items, |item| item * 2), (0..count).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn few_items_are_worked_on_by_the_caller_and_many_come_to_the_same() {
        let own = std::thread::current().id();
        let items: Vec<usize> = (0..=FEW).collect();
        let few = each_of_many(&items[1..], |item| (item * 2, std::thread::current().id()));
        assert!(few.iter().zip(1..).all(|((made, thread), item)| *made == item * 2 && *thread == own));
        assert_eq!(each_of_many(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
    }
}
