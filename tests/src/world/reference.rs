//! A new directory for a world: signed by its root, published by the province, carried to every node.

use std::sync::Arc;

use honghei_codec::directory::{SignedDirectory, encode_directory, encode_signed_directory};
use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::directory::{Directory, PublicKeyRecord, ReferenceDocument};
use honghei_domain::list::Department;
use honghei_registry::engine::plain_draft;
use honghei_registry::error::Fault;

use super::{World, derived_key};

impl World {
    /// The federation's public root key.
    pub fn root_key(&self) -> PublicKeyRecord {
        let public = derived_key(self.seed(), "root").public();
        PublicKeyRecord { algorithm: public.algorithm.name().to_owned(), key: public.bytes }
    }

    /// Publishes the next version of the directory with its calendar replaced, and lets it reach every node.
    pub async fn publish_calendar(&mut self, text: &str) -> Result<(), Fault> {
        let mut directory = Directory::clone(&self.directory);
        directory.version += 1;
        for document in directory.documents.iter_mut().filter(|document| document.kind == "calendar") {
            document.text = text.to_owned();
        }
        self.publish_directory(directory).await
    }

    /// Publishes the next version of the directory with one more version of a policy, and lets it reach every node; the
    /// versions before it stay.
    pub async fn publish_policy(&mut self, name: &str, version: u32, text: &str) -> Result<(), Fault> {
        let mut directory = Directory::clone(&self.directory);
        directory.version += 1;
        let (kind, name, text) = ("policy".to_owned(), name.to_owned(), text.to_owned());
        directory.documents.push(ReferenceDocument { kind, name, version, text });
        self.publish_directory(directory).await
    }

    /// Publishes the next version of the directory, in which a node acts for these departments and no others.
    pub async fn give_departments(&mut self, node: &str, departments: &[&str]) -> Result<(), Fault> {
        let mut directory = Directory::clone(&self.directory);
        directory.version += 1;
        for record in directory.nodes.iter_mut().filter(|record| record.id.as_str() == node) {
            record.departments = departments.iter().map(|name| Department((*name).to_owned())).collect();
        }
        self.publish_directory(directory).await
    }

    async fn publish_directory(&mut self, directory: Directory) -> Result<(), Fault> {
        let document = encode_directory(&directory);
        let signature = derived_key(self.seed(), "root").sign(&document);
        let signed = encode_signed_directory(&SignedDirectory { document, key: self.root_key(), signature });
        let province = directory.nodes.iter().find(|node| node.parent.is_none()).map(|node| node.id.clone());
        if let Some(node) = province.and_then(|province| self.nodes.get(&province)) {
            let cx = node.engine.context(self.now()).await;
            let act = Act::DirectoryPublished { version: directory.version, document: signed };
            node.engine.note(self.now(), vec![plain_draft(&cx, act, Audience::of(Scope::All))]).await?;
        }
        self.directory = Arc::new(directory);
        self.settle().await
    }

    fn seed(&self) -> u64 {
        self.nodes.values().next().map_or(0, |node| node.seed)
    }
}
