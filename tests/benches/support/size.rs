//! Sizes from the environment.

/// A size that the environment may set.
pub fn of(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.replace('_', "").parse().ok()).unwrap_or(default)
}
