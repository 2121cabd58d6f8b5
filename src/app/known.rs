//! Where the knowledge of a history is kept between runs: a file for each repository in the user's cache folder.
//!
//! It holds names of objects, nothing of what stands in them, and so no secret. It is true of one repository, one set of
//! rules, these limits on decoding and this program, and it is used for nothing else: a file that says otherwise, is
//! damaged, or may have been written by somebody else is passed over, and all is read as if there were none. Who can write
//! as the user can make objects known that hold a leak; but they could as well replace this program.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::cache;
use crate::engine::decode::Limits;
use crate::rules::RuleSet;
use crate::source::git::{Knowledge, Known, Repository};
use crate::words::hex;

/// The folder of these files, by their form's version.
const FOLDER: &str = "histories-1";

/// So many repositories are remembered at most.
const MOST: usize = 64;

/// The length of a SHA-256 in bytes.
const HASH: usize = 32;

/// The knowledge of a repository's history, and the file that it comes from.
#[derive(Debug)]
pub struct KnownFile {
    file: PathBuf,
    /// What it is true of.
    key: [u8; HASH],
    knowledge: Arc<Knowledge>,
}

impl KnownFile {
    /// What earlier runs know of a repository. Nothing if there is no folder to keep it in.
    #[must_use]
    pub fn open(repo: &Repository, rules: &RuleSet, limits: Limits) -> Option<Self> {
        let place = Sha256::digest(repo.place()?.as_encoded_bytes());
        let name = hex(&place[..16]);
        let file = cache::folder()?.join(FOLDER).join(name);
        let mut key = Sha256::new();
        for part in [env!("CARGO_PKG_VERSION").as_bytes(), env!("UNLEAK_SOURCES").as_bytes(), &place] {
            key.update(part);
        }
        key.update(format!("{limits:?}"));
        key.update(rules.written_down()?);
        let key = key.finalize().into();
        let known = cache::read_own(&file).and_then(|bytes| parse(bytes, &key)).unwrap_or_default();
        Some(Self { file, key, knowledge: Arc::new(Knowledge::new(known)) })
    }

    /// What is known, for a history to ask and to teach.
    #[must_use]
    pub fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(&self.knowledge)
    }

    /// Writes down what was learned, if anything was.
    ///
    /// # Errors
    /// What the system says; the next run then reads everything again.
    pub fn save(&self) -> io::Result<()> {
        let Some(known) = self.knowledge.learned() else { return Ok(()) };
        let records = known.as_bytes();
        cache::replace(&self.file, &[records, &self.key, &checksum(records, &self.key)])?;
        if let Some(folder) = self.file.parent() {
            cache::keep_newest(folder, MOST);
        }
        Ok(())
    }
}

/// The file's records, if it is whole and true of what the key says.
fn parse(mut bytes: Vec<u8>, key: &[u8; HASH]) -> Option<Known> {
    let records = bytes.len().checked_sub(2 * HASH)?;
    let (of, sum) = bytes[records..].split_at(HASH);
    if of != key || *sum != checksum(&bytes[..records], key) {
        return None;
    }
    bytes.truncate(records);
    Known::parse(bytes)
}

fn checksum(records: &[u8], key: &[u8; HASH]) -> [u8; HASH] {
    Sha256::new().chain_update(records).chain_update(key).finalize().into()
}
