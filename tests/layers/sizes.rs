//! How large anything may grow before it has to be two things.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, ItemMod, Signature, TraitItemFn};

use super::File;
use super::names::for_tests;

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
/// `src/lib.rs` is a map, and a map fits on one page.
const MAP_LINES: usize = 80;

/// What may be larger, by `src/file.rs` or `src/file.rs::function`, each with its reason.
pub(crate) const ALLOWED: &[(&str, &str)] = &[];

/// What is too large or has no opening paragraph, and what is allowed to be and need not be.
pub(crate) fn complaints(files: &[File], allowed: &[(&str, &str)]) -> Vec<String> {
    let mut used = vec![false; allowed.len()];
    let mut complaints = Vec::new();
    for file in files {
        if !file.text.starts_with("//!") {
            complaints.push(format!("{}:1: open with a paragraph (//!): what this is and why it exists", file.path));
        }
        for large in measure(file) {
            match allowed.iter().position(|(what, _)| *what == large.what) {
                Some(index) => used[index] = true,
                None => complaints.push(large.complaint),
            }
        }
    }
    let unused = allowed.iter().zip(used).filter(|(_, used)| !used).map(|((what, _), _)| what);
    complaints.extend(unused.map(|what| format!("tests/layers/sizes.rs: {what} is not too large any more: remove it")));
    complaints
}

struct Large {
    what: String,
    complaint: String,
}

fn measure(file: &File) -> Vec<Large> {
    let lines = file.text.lines().count();
    let limit = if file.path == "src/lib.rs" { MAP_LINES } else { FILE_LINES };
    let mut functions = Functions { path: &file.path, large: Vec::new() };
    if lines > limit {
        functions.large.push(Large {
            what: file.path.clone(),
            complaint: format!("{}:{lines}: {lines} lines, more than {limit}: split it by what it is about", file.path),
        });
    }
    functions.visit_file(&file.syntax);
    functions.large
}

struct Functions<'a> {
    path: &'a str,
    large: Vec<Large>,
}

impl Functions<'_> {
    fn function(&mut self, sig: &Signature, block: &Block) {
        let start = sig.span().start().line;
        let lines = block.span().end().line - start + 1;
        if lines > FUNCTION_LINES {
            let (path, name) = (self.path, &sig.ident);
            self.large.push(Large {
                what: format!("{path}::{name}"),
                complaint: format!(
                    "{path}:{start}: {name} has {lines} lines, more than {FUNCTION_LINES}: name its parts"
                ),
            });
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        complaints(&[File::new(path, text)], &[])
    }

    fn function(body_lines: usize) -> String {
        format!("//! A file.\nfn long() {{\n{}}}\n", "    ();\n".repeat(body_lines))
    }

    #[test]
    fn a_file_of_400_lines_is_the_largest() {
        let file = |lines: usize| format!("//! A file.\n{}", "\n".repeat(lines - 1));
        assert_eq!(told("src/a.rs", &file(400)), [""; 0]);
        assert_eq!(
            told("src/a.rs", &file(401)),
            ["src/a.rs:401: 401 lines, more than 400: split it by what it is about"]
        );
        assert_eq!(told("src/lib.rs", &file(80)), [""; 0]);
        assert_eq!(told("src/lib.rs", &file(81)).len(), 1);
    }

    #[test]
    fn a_function_of_60_lines_is_the_longest() {
        assert_eq!(told("src/a.rs", &function(58)), [""; 0]);
        assert_eq!(told("src/a.rs", &function(59)), ["src/a.rs:2: long has 61 lines, more than 60: name its parts"]);
        let method = function(59).replace("fn long", "impl S {\nfn long") + "}\n";
        assert_eq!(told("src/a.rs", &method).len(), 1);
        let default = function(59).replace("fn long", "trait T {\nfn long") + "}\n";
        assert_eq!(told("src/a.rs", &default).len(), 1);
        let test = function(59).replace("fn long", "#[cfg(test)]\nmod tests {\nfn long") + "}\n";
        assert_eq!(told("src/a.rs", &test), [""; 0]);
    }

    #[test]
    fn a_file_opens_with_a_paragraph() {
        assert_eq!(
            told("src/a.rs", "fn main() {}\n"),
            ["src/a.rs:1: open with a paragraph (//!): what this is and why it exists"]
        );
    }

    #[test]
    fn an_allowance_works_and_is_removed_when_it_is_not_needed() {
        let files = [File::new("src/a.rs", &function(59))];
        let allowed = [("src/a.rs::long", "a table of data")];
        assert_eq!(complaints(&files, &allowed), [""; 0]);
        let files = [File::new("src/a.rs", &function(1))];
        assert_eq!(
            complaints(&files, &allowed),
            ["tests/layers/sizes.rs: src/a.rs::long is not too large any more: remove it"]
        );
    }
}
