//! Tests of the final list.
