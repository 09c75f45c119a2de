//! Things kept for an officer between two calls: uploads, reports, proposals. Bounded in number, bytes and age.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use honghei_ledger::Digest;

/// What a drawer may hold.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Items at most.
    pub items: usize,
    /// Weight of all items together at most, in bytes; the newest stays whatever it weighs.
    pub bytes: usize,
    /// Milliseconds after which an item is gone.
    pub age_ms: u64,
}

/// A bounded store; the oldest make room for the newest.
#[derive(Debug)]
pub struct Drawer<T> {
    bounds: Bounds,
    items: Mutex<VecDeque<Item<T>>>,
}

#[derive(Debug)]
struct Item<T> {
    name: String,
    owner: Digest,
    weight: usize,
    at_ms: u64,
    value: T,
}

impl<T> Drawer<T> {
    /// An empty drawer.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, items: Mutex::default() }
    }

    /// Puts something in for the session `owner`, under a random name.
    pub fn put(&self, name: String, owner: Digest, weight: usize, value: T, now_ms: u64) {
        let mut items = self.lock();
        items.push_back(Item { name, owner, weight, at_ms: now_ms, value });
        self.tidy(&mut items, now_ms);
    }

    /// Takes something out; only the session that put it in may.
    pub fn take(&self, name: &str, owner: &Digest, now_ms: u64) -> Option<T> {
        let mut items = self.lock();
        self.tidy(&mut items, now_ms);
        let at = items.iter().position(|item| item.name == name && item.owner == *owner)?;
        items.remove(at).map(|item| item.value)
    }

    /// Reads something without taking it out; only the session that put it in may.
    pub fn peek<R>(&self, name: &str, owner: &Digest, now_ms: u64, read: impl FnOnce(&T) -> R) -> Option<R> {
        let mut items = self.lock();
        self.tidy(&mut items, now_ms);
        items.iter().find(|item| item.name == name && item.owner == *owner).map(|item| read(&item.value))
    }

    fn tidy(&self, items: &mut VecDeque<Item<T>>, now_ms: u64) {
        items.retain(|item| now_ms.saturating_sub(item.at_ms) < self.bounds.age_ms);
        let mut weight: usize = items.iter().map(|item| item.weight).sum();
        while items.len() > 1 && (items.len() > self.bounds.items || weight > self.bounds.bytes) {
            weight -= items.pop_front().map_or(0, |item| item.weight);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Item<T>>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Drawer<T> {
    /// Looks at something; only the session that put it in may.
    pub fn look(&self, name: &str, owner: &Digest, now_ms: u64) -> Option<T> {
        let mut items = self.lock();
        self.tidy(&mut items, now_ms);
        items.iter().find(|item| item.name == name && item.owner == *owner).map(|item| item.value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { items: 3, bytes: 100, age_ms: 1000 };

    #[test]
    fn the_oldest_make_room_for_the_newest() {
        let drawer = Drawer::new(BOUNDS);
        for number in 0..4 {
            drawer.put(number.to_string(), [0; 32], 10, number, 0);
        }
        assert_eq!(drawer.take("0", &[0; 32], 0), None);
        assert_eq!(drawer.look("3", &[0; 32], 0), Some(3));
        drawer.put("heavy".to_owned(), [0; 32], 1000, 9, 0);
        assert_eq!(drawer.look("3", &[0; 32], 0), None);
        assert_eq!(drawer.look("heavy", &[0; 32], 0), Some(9));
    }

    #[test]
    fn what_is_old_is_gone_and_another_session_sees_nothing() {
        let drawer = Drawer::new(BOUNDS);
        drawer.put("a".to_owned(), [1; 32], 1, 1, 0);
        assert_eq!(drawer.look("a", &[2; 32], 0), None);
        assert_eq!(drawer.look("a", &[1; 32], 999), Some(1));
        assert_eq!(drawer.take("a", &[1; 32], 1000), None);
    }
}
