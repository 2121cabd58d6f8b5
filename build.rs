//! Reads `rules/*.toml` and writes them down as one postcard file that the program embeds, so that adding a provider is
//! adding one file and start-up parses no TOML. A mistake in a rule file stops the build and says where it is.

#![expect(clippy::disallowed_methods, reason = "the build reads rules and writes what the program embeds")]

use std::error::Error;
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
    println!("cargo::rerun-if-changed=src/rules/asking.rs");
    println!("cargo::rerun-if-changed=src/rules/revoking.rs");
    println!("cargo::rerun-if-changed=src/rules/spec.rs");
    let mut files: Vec<PathBuf> =
        fs::read_dir("rules")?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.extension().is_some_and(|ext| ext == "toml"));
    files.sort();
    let providers = files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let out = Path::new(&env::var("OUT_DIR")?).join("rules.postcard");
    fs::write(out, postcard::to_stdvec(&providers)?)?;
    Ok(())
}

fn read(path: &Path) -> Result<spec::ProviderSpec, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}
