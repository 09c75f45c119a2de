//! When a name is too common to propose anybody.

/// Subjects that may bear one name, or one registration number, before it says nothing about identity any more.
pub const NAMESAKES: usize = 4096;

/// Whether a name or registration number is borne by so many subjects that it proposes nobody: who bears it meets others
/// by another code or by a ruling only. Every subject counts that any fact gives the name to, present or former.
pub fn is_common(bearers: usize) -> bool {
    bearers > NAMESAKES
}

/// Subjects that may bear names of one core before likeness says nothing any more: a chain has hundreds of branches.
pub const LIKENESSES: usize = 64;

/// Whether names of one core are borne by so many subjects that being like them proposes nobody; who bears the very name
/// is another question ([`is_common`]). Every subject counts that any fact gives such a name to, present or former.
pub fn is_crowded(bearers: usize) -> bool {
    bearers > LIKENESSES
}
