//! What stands in an installed hook: a few lines of shell that run the hook which was there before, then unleak.
//!
//! Its second line holds a hash of all that follows, so that any version of unleak knows a hook of its own, and knows one
//! that somebody has changed since.

use sha2::{Digest, Sha256};

use crate::words::{Hook, hex};

/// How the second line begins.
const MARK: &str = "# unleak-hook ";

/// What a file in a place for a hook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Ours, as we wrote it.
    Unleak,
    /// Ours, changed by somebody since.
    Changed,
    /// Somebody else's.
    Other,
}

/// The name of the hook that was there before ours.
pub(super) fn earlier(hook: Hook) -> String {
    format!("{}.before-unleak", hook.as_str())
}

/// Whose hook this is.
pub(super) fn owner(text: &[u8]) -> Owner {
    let mut lines = text.splitn(3, |&byte| byte == b'\n');
    let (_, mark, rest) = (lines.next(), lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    match mark.strip_prefix(MARK.as_bytes()) {
        Some(hash) if hash == hash_of(rest).as_bytes() => Owner::Unleak,
        Some(_) => Owner::Changed,
        None => Owner::Other,
    }
}

fn hash_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..16])
}

/// The hook's text. The program is looked for where it is now, then on the path; a hook without it stops everything,
/// since it can't say that nothing leaks.
pub(super) fn script(hook: Hook, program: &str) -> String {
    let name = hook.as_str();
    let program = program.replace('\'', r"'\''");
    let chain = if hook.reads_stdin() { CHAIN_STDIN.replace("HOOK", name) } else { CHAIN.to_owned() };
    let rest = format!(
        "# From `unleak hook install`. `unleak hook remove` takes it away and puts back what was here before.\n\
         unleak='{program}'\n\
         case $0 in */*) before=${{0%/*}}/{earlier} ;; *) before=./{earlier} ;; esac\n\
         if [ ! -x \"$unleak\" ] && ! unleak=$(command -v unleak); then\n    \
             echo 'unleak is gone, so nobody looked for leaks: install it again, or take this hook away: '\"$0\" >&2\n    \
             exit 2\n\
         fi\n\
         {chain}exec \"$unleak\" hook run {name} \"$@\"\n",
        earlier = earlier(hook),
    );
    format!("#!/bin/sh\n{MARK}{}\n{rest}", hash_of(rest.as_bytes()))
}

/// Runs the earlier hook first: it may change what is staged. It may also lead back here, if the pre-commit framework was
/// put in between, and is not called a second time then.
const CHAIN: &str = r#"if [ -x "$before" ] && [ "${UNLEAK_CHAIN-}" != "$PWD:$before" ]; then
    UNLEAK_CHAIN=$PWD:$before "$before" "$@" || exit
fi
"#;

/// The same where git says on standard input what is to move: both hooks have to read it.
const CHAIN_STDIN: &str = r#"if [ -x "$before" ] && [ "${UNLEAK_CHAIN-}" != "$PWD:$before" ]; then
    moves=$(cat && echo .) || exit
    printf %s "${moves%.}" | UNLEAK_CHAIN=$PWD:$before "$before" "$@" || exit
    printf %s "${moves%.}" | "$unleak" hook run HOOK "$@"
    exit
fi
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_of_ours_is_known_and_a_changed_one_too() {
        for hook in Hook::ALL {
            let text = script(hook, "/it's/unleak");
            assert_eq!(owner(text.as_bytes()), Owner::Unleak);
            assert_eq!(owner(format!("{text}echo more\n").as_bytes()), Owner::Changed);
        }
        assert_eq!(owner(b"#!/bin/sh\necho mine\n"), Owner::Other);
        assert_eq!(owner(b""), Owner::Other);
    }
}
