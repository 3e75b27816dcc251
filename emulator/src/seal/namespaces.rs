//! Entering namespaces, and why that may be forbidden.

use std::fmt::Write as _;
use std::fs;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Gid, Uid};

use super::SealError;

/// Settings that forbid namespaces: the file, the value that does, and its name for users.
const SETTINGS: [(&str, &str, &str); 3] = [
    ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone"),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "kernel.apparmor_restrict_unprivileged_userns",
    ),
];

/// Enters a network and a mount namespace; without the right to, those of a user namespace in which this
/// user keeps its id.
pub(super) fn enter() -> Result<(), SealError> {
    let _paused = Paused::new();
    let own = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS;
    let (user, group) = (Uid::current(), Gid::current());
    match unshare(own) {
        // Root keeps its access to the files of all users, which it would lose in a user namespace.
        Ok(()) => {}
        Err(Errno::EPERM) => {
            unshare(own | CloneFlags::CLONE_NEWUSER)
                .map_err(|error| SealError::forbidden("namespaces cannot be created", error))?;
            let write = |path: &str, text: String| {
                let written = fs::write(path, text);
                written.map_err(|error| SealError::forbidden("the user's id cannot be kept", error))
            };
            write("/proc/self/setgroups", "deny".to_owned())?;
            write("/proc/self/uid_map", format!("{user} {user} 1"))?;
            write("/proc/self/gid_map", format!("{group} {group} 1"))?;
        }
        Err(error) => return Err(SealError::forbidden("namespaces cannot be created", error)),
    }
    // Mounts inside must not appear outside.
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, private, None::<&str>)
        .map_err(|error| SealError::forbidden("mounts cannot be made private", error))
}

/// What of this system may forbid it; a sentence with a blank in front, or nothing.
pub(super) fn reason() -> String {
    let mut reason = String::new();
    for (file, value, name) in SETTINGS {
        if fs::read_to_string(file).is_ok_and(|text| text.trim() == value) {
            _ = write!(reason, " ({name} is {value})");
        }
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if reason.is_empty() && status.lines().any(|line| line.trim_end() == "Seccomp:\t2") {
        reason.push_str(" (a seccomp filter is active, as in most containers)");
    }
    reason
}

/// The allocator's thread does not run meanwhile: a process of several threads cannot enter a user
/// namespace.
struct Paused {
    /// Whether there was such a thread.
    #[cfg(target_env = "gnu")]
    was_on: bool,
}

#[cfg(target_env = "gnu")]
impl Paused {
    fn new() -> Self {
        let was_on = tikv_jemalloc_ctl::background_thread::read().unwrap_or(false);
        switch(was_on, false);
        Self { was_on }
    }
}

#[cfg(target_env = "gnu")]
impl Drop for Paused {
    fn drop(&mut self) {
        switch(self.was_on, true);
    }
}

/// Without the thread the kernel says what is wrong, and the allocator works all the same.
#[cfg(target_env = "gnu")]
fn switch(was_on: bool, on: bool) {
    if was_on {
        _ = tikv_jemalloc_ctl::background_thread::write(on);
    }
}

/// Other allocators have no thread.
#[cfg(not(target_env = "gnu"))]
impl Paused {
    fn new() -> Self {
        Self {}
    }
}
