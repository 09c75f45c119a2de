//! A node's own keys: they lie in its folder, readable by its owner alone, because it must start without a person.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use honghei_ledger::{MatchingKey, SecretKey, VaultKey};

use crate::answer::{Answer, Class};
use crate::certificate;
use crate::folder::Folder;

/// Writes a new node's keys: log, vault, transport.
pub fn write_new(folder: &Folder, log_key: &SecretKey, vault_key: &VaultKey) -> Result<(), Answer> {
    folder.write_private(&folder.log_key_file(), log_key.to_pkcs8_pem()?.as_bytes())?;
    let vault = format!("{}\n", BASE64_STANDARD.encode(vault_key.bytes()));
    folder.write_private(&folder.vault_key_file(), vault.as_bytes())?;
    folder.write_private(&folder.transport_key_file(), certificate::transport_key()?.as_bytes())?;
    Ok(())
}

/// Reads the key that signs the log.
pub fn read_log_key(folder: &Folder) -> Result<SecretKey, Answer> {
    Ok(SecretKey::from_pkcs8_pem(&folder.read_text(&folder.log_key_file())?)?)
}

/// Reads the key that seals personal data.
pub fn read_vault_key(folder: &Folder) -> Result<VaultKey, Answer> {
    let text = folder.read_text(&folder.vault_key_file())?;
    let malformed = || Answer::new(Class::Fault, "VAULT_KEY_MALFORMED", "vault.key is not 32 bytes in base64");
    secret_bytes(&text).map(VaultKey::new).ok_or_else(malformed)
}

/// Writes the province's key for citizens' ID numbers.
pub fn write_matching_key(folder: &Folder, key: &MatchingKey) -> Result<(), Answer> {
    let text = format!("{}\n", BASE64_STANDARD.encode(key.secret()));
    folder.write_private(&folder.matching_key_file(), text.as_bytes())?;
    Ok(())
}

/// Reads the key that opens and matches citizens' ID numbers; none where this node matches nobody.
pub fn read_matching_key(folder: &Folder) -> Result<Option<MatchingKey>, Answer> {
    if !folder.matching_key_file().exists() {
        return Ok(None);
    }
    let text = folder.read_text(&folder.matching_key_file())?;
    let malformed = || Answer::new(Class::Fault, "MATCHING_KEY_MALFORMED", "matching.key is not 32 bytes in base64");
    secret_bytes(&text).map(MatchingKey::new).map(Some).ok_or_else(malformed)
}

fn secret_bytes(text: &str) -> Option<[u8; 32]> {
    BASE64_STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok())
}
