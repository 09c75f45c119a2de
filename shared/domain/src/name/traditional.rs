//! Traditional characters of the unified block, brought to their simplified forms.

use std::sync::LazyLock;

/// The first character of the block that the table covers.
const FIRST: u32 = 0x4e00;

/// Characters of that block.
const COUNT: usize = 0x5200;

static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = (FIRST..).filter_map(char::from_u32).take(COUNT).collect();
    let pairs: Vec<char> =
        include_str!("traditional.txt").lines().filter(|line| !line.starts_with('#')).flat_map(str::chars).collect();
    for pair in pairs.chunks_exact(2) {
        let [traditional, simplified] = pair else { continue };
        if let Some(place) = place(*traditional).and_then(|at| table.get_mut(at)) {
            *place = *simplified;
        }
    }
    table
});

/// The simplified form of a character; any other character is its own.
pub fn simplified(c: char) -> char {
    place(c).and_then(|at| TABLE.get(at).copied()).unwrap_or(c)
}

fn place(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(FIRST)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_always_suffices() {
        for c in TABLE.iter() {
            assert_eq!(simplified(*c), *c);
        }
        assert_eq!(TABLE.iter().zip(FIRST..).filter(|(to, from)| u32::from(**to) != *from).count(), 2831);
    }
}
