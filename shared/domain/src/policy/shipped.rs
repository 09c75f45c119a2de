//! The policies that travel with the program; the directory carries the ones in force.

/// Name and text of every shipped policy. The commerce policy is the first.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    &[
        ("jm-commerce-2017-draft", include_str!("../../policies/jm-commerce-2017-draft.toml")),
        ("yq-quality", include_str!("../../policies/yq-quality.toml")),
        ("sample-food-safety", include_str!("../../policies/sample-food-safety.toml")),
    ]
}
