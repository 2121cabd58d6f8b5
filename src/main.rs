//! The binary: arguments, exit codes and the terminal.

fn main() {}
