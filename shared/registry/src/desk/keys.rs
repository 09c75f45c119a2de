//! Whose key it is: a signing key is one person's, and one person is one officer (F-P5).
//!
//! Separation of duties compares officers. Whoever could be appointed under two names with one key would pass for two
//! people; so a key that stands behind one name is neither appointed nor vouched for behind another, here or at any
//! other node that is known here.

use honghei_domain::act::Officer;
use honghei_domain::refusal::Refusal;
use honghei_store::Tx;

use super::members::read;
use crate::error::CommandError;

/// Refuses an officer whose key another officer holds.
///
/// # Errors
/// `KEY_ALREADY_HELD`, naming the other.
pub(super) async fn must_be_his_own(tx: &mut dyn Tx, officer: &Officer) -> Result<(), CommandError> {
    for row in tx.officers(None).await? {
        let known = read(&row)?;
        let same = known.key == officer.key && (&known.node, &known.id) != (&officer.node, &officer.id);
        if same {
            let sentence = format!(
                "{}的签名密钥已登记在{}的{}名下；一人一钥，同一人不得以两个身份办理，请各用自己的密钥",
                officer.id.0, known.node, known.id.0
            );
            return Err(Refusal::new("KEY_ALREADY_HELD", "F-P5", sentence).into());
        }
    }
    Ok(())
}
