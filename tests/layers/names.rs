//! What a file names: every path in it, in `use` lines, in code, in macros and in attributes, made absolute.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, ItemFn, ItemMod, ItemUse, Macro, MetaList, UseTree, VisRestricted};

use super::File;

/// A path that a file names, such as `crate::words::Span`, `std::fs::read`, `clap::*` or `println!`.
pub(crate) struct Name {
    pub(crate) path: String,
    pub(crate) line: usize,
}

impl Name {
    /// Whether it names `what` or something in it, or imports all of what `what` is in.
    pub(crate) fn reaches(&self, what: &str) -> bool {
        let within = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}::"));
        match self.path.strip_suffix("::*") {
            Some(all) => within(what, all) || within(all, what),
            None => within(&self.path, what),
        }
    }
}

/// Everything a file names outside of `#[cfg(test)]`, in order, each path once a line.
pub(crate) fn of(file: &File) -> Vec<Name> {
    let mut names = Names { module: module(&file.path), found: Vec::new() };
    names.visit_file(&file.syntax);
    names.found.sort_by(|a, b| (a.line, &a.path).cmp(&(b.line, &b.path)));
    names.found.dedup_by(|a, b| a.line == b.line && a.path == b.path);
    names.found
}

/// The module that a file is: `src/engine/scan.rs` is `["engine", "scan"]`.
fn module(path: &str) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let mut module: Vec<String> = inside.split('/').map(str::to_owned).collect();
    module.pop_if(|last| last == "mod" || last == "lib" || last == "main");
    module
}

struct Names {
    module: Vec<String>,
    found: Vec<Name>,
}

impl Names {
    fn name(&mut self, segments: &[String], line: usize) {
        self.found.push(Name { path: self.absolute(segments).join("::"), line });
    }

    /// `self` and `super` replaced by the module they stand for.
    fn absolute(&self, segments: &[String]) -> Vec<String> {
        let mut at = self.module.clone();
        let mut relative = false;
        let mut rest = segments;
        while let [first, more @ ..] = rest {
            match first.as_str() {
                "self" => {}
                "super" => drop(at.pop()),
                _ => break,
            }
            relative = true;
            rest = more;
        }
        if !relative {
            return segments.to_vec();
        }
        std::iter::once("crate".to_owned()).chain(at).chain(rest.iter().cloned()).collect()
    }

    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |ident: &proc_macro2::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) if name.ident == "self" => self.name(before, name.ident.span().start().line),
            UseTree::Name(name) => self.name(&with(&name.ident), name.ident.span().start().line),
            UseTree::Rename(rename) => {
                let line = rename.ident.span().start().line;
                let whole = before.is_empty() && rename.ident != "crate";
                match (whole, rename.ident == "self") {
                    (true, _) => self.name(&[rename.ident.to_string(), "*".to_owned()], line),
                    (false, true) => self.name(before, line),
                    (false, false) => self.name(&with(&rename.ident), line),
                }
            }
            UseTree::Glob(glob) => {
                self.name(&[before, &["*".to_owned()]].concat(), glob.star_token.spans[0].start().line);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }

    /// The paths in tokens that nobody parsed: what a macro or an attribute is given.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path, line);
                        line = ident.span().start().line;
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Punct(punct) if punct.as_char() == '!' && colons == 0 => {
                    if let Some(last) = path.last_mut() {
                        last.push('!');
                    }
                    self.end(&mut path, line);
                }
                TokenTree::Group(group) => {
                    self.end(&mut path, line);
                    self.tokens(group.stream());
                    colons = 0;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.end(&mut path, line);
                    colons = 0;
                }
            }
        }
        self.end(&mut path, line);
    }

    /// Takes note of a path that has come to its end. One word alone is a path only if it is a macro.
    fn end(&mut self, path: &mut Vec<String>, line: usize) {
        if path.len() > 1 || path.first().is_some_and(|only| only.ends_with('!')) {
            self.name(path, line);
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !for_tests(&item.attrs) {
            self.tree(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.name(&segments, path.segments[0].ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let mut segments: Vec<String> = mac.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let line = mac.path.segments[0].ident.span().start().line;
        if let Some(last) = segments.last_mut() {
            last.push('!');
        }
        self.name(&segments, line);
        self.tokens(mac.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'ast MetaList) {
        self.tokens(list.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("path") {
            self.name(&["#[path]".to_owned()], attribute.pound_token.spans[0].start().line);
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !for_tests(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {} // `pub(in crate::words)` uses nothing
}

/// Whether something is there for tests only.
pub(crate) fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|only| only == "test")
    })
}
