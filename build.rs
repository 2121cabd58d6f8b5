//! Reads `rules/*.toml` and writes them down as one postcard file that the program embeds, so that adding a provider is
//! adding one file and start-up parses no TOML. A mistake in a rule file stops the build and says where it is. And names
//! the sources by a number.

#![expect(clippy::disallowed_methods, reason = "the build reads rules and writes what the program embeds")]

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

#[allow(dead_code, unreachable_pub, reason = "the build needs only the types, the program all of it")]
#[path = "src/rules/asking.rs"]
mod asking;
#[allow(dead_code, unreachable_pub, reason = "the build needs only the types, the program all of it")]
#[path = "src/rules/revoking.rs"]
mod revoking;
#[allow(dead_code, unreachable_pub, unused_imports, reason = "the build needs only the types, the program all of it")]
#[path = "src/rules/spec.rs"]
mod spec;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=UNLEAK_SOURCES={:016x}", sources()?);
    let mut files: Vec<PathBuf> =
        fs::read_dir("rules")?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.extension().is_some_and(|ext| ext == "toml"));
    files.sort();
    let providers = files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let out = Path::new(&env::var("OUT_DIR")?).join("rules.postcard");
    fs::write(out, postcard::to_stdvec(&providers)?)?;
    Ok(())
}

/// A number for what the program is made of, so that what one build remembers is not believed by another.
fn sources() -> Result<u64, Box<dyn Error>> {
    let (mut files, mut folders) = (Vec::new(), vec![PathBuf::from("src"), PathBuf::from("rules")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    fs::read("Cargo.lock").unwrap_or_default().hash(&mut hasher);
    Ok(hasher.finish())
}

fn read(path: &Path) -> Result<spec::ProviderSpec, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}
