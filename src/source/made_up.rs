//! What the kernel makes up when it is read: `/proc`, `/sys` and their like. Nothing there is at rest, some of it never
//! ends (`/proc/kcore`) or waits for ever (`/proc/kmsg`, a trace), and to read it may change it.

use std::fs::File;
use std::path::Path;

/// The file systems that are made up, by their numbers in Linux' `magic.h`: proc, sysfs, debugfs, tracefs, securityfs,
/// cgroup and cgroup2, configfs, bpf, pstore, efivarfs, selinuxfs and binfmt_misc.
#[cfg(target_os = "linux")]
const MADE_UP: [u32; 13] = [
    0x9fa0,
    0x6265_6572,
    0x6462_6720,
    0x7472_6163,
    0x7363_6673,
    0x0027_e0eb,
    0x6367_7270,
    0x6265_6570,
    0xcafe_4a11,
    0x6165_676c,
    0xde5e_81e4,
    0xf97c_ff8c,
    0x4249_4e4d,
];

/// A file that claims more than that is asked for the file system it is on, as is one that claims nothing.
#[cfg(target_os = "linux")]
const CLAIMS_MUCH: u64 = 1 << 40;

/// Why it is not read, and what to do.
pub(super) const WHY: &str = "the kernel makes it up as it is read, so that nothing is at rest in it; pipe a single file in: unleak scan - < PATH";

/// Whether a folder lies on such a file system.
#[cfg(target_os = "linux")]
pub(super) fn is_folder(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|system| MADE_UP.contains(&(system.f_type as u32)))
}

/// Whether a file does that says it has this size.
#[cfg(target_os = "linux")]
pub(super) fn is_file(file: &File, size: u64) -> bool {
    (size == 0 || size > CLAIMS_MUCH)
        && rustix::fs::fstatfs(file).is_ok_and(|system| MADE_UP.contains(&(system.f_type as u32)))
}

/// Elsewhere there are none.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_folder(_: &Path) -> bool {
    false
}

/// Elsewhere there are none.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_file(_: &File, _: u64) -> bool {
    false
}
