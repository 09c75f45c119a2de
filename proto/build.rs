//! Compiles every `.proto` file under `honghei/`, without protoc.

use std::error::Error;
use std::path::{Path, PathBuf};

use prost::Message;

/// The packages whose answers scripts read as JSON: their field names are as stable as the contract's.
const PRINTED_AS_JSON: [&str; 2] = [".honghei.console.v1", ".honghei.feed.v1"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=honghei");
    println!("cargo:rerun-if-changed=build.rs");
    let mut files = Vec::new();
    collect(Path::new("honghei"), &mut files)?;
    files.sort();
    let descriptors = protox::compile(&files, ["."])?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptor.bin"), descriptors.encode_to_vec())?;
    PRINTED_AS_JSON
        .iter()
        .fold(tonic_prost_build::configure(), |builder, package| {
            builder.type_attribute(package, "#[derive(serde::Serialize)]").btree_map(package)
        })
        .include_file("packages.rs")
        .compile_fds(descriptors)?;
    Ok(())
}

/// Finds the contract's files in a folder and below it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    Ok(())
}
