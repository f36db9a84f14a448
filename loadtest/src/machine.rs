//! What the machine is, as far as the figures depend on it.

use std::fs;
use std::path::Path;

/// Clock ticks a second in `/proc/PID/stat` (`USER_HZ`, 100 on every Linux of today).
const TICKS: f64 = 100.0;

/// Describes processor, cores and the file system under a directory, one line each.
pub(crate) fn describe(dir: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').take(3).collect::<Vec<_>>().join(" ");
    let (processor, file_system) = (processor(), file_system(dir));
    format!(
        "processor    {processor} · {cores} cores\nfile system  {file_system}\nload before  {load}\n"
    )
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim());
    model.unwrap_or("unknown").to_owned()
}

/// Returns type and device of the mount that holds a directory.
fn file_system(dir: &Path) -> String {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let holding = mounts.lines().filter_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let point = left.split(' ').nth(4)?;
        let mut right = right.split(' ');
        let (kind, device) = (right.next()?, right.next()?);
        dir.starts_with(point).then(|| (point.len(), format!("{kind} on {device}")))
    });
    // Of mounts over one another the last one is seen.
    let nearest = holding.fold(None, |best: Option<(usize, String)>, next| match best {
        Some(best) if best.0 > next.0 => Some(best),
        _ => Some(next),
    });
    nearest.map_or_else(|| "unknown".to_owned(), |(_, name)| name)
}

/// Returns the memory a process holds in RAM and the most it ever held, MiB.
pub(crate) fn resident_mib(pid: u32) -> Option<(f64, f64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let kib = |name: &str| -> Option<f64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some((kib("VmRSS:")? / 1_024.0, kib("VmHWM:")? / 1_024.0))
}

/// Returns the processor time a process has used, seconds.
pub(crate) fn cpu_s(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may hold blanks; user and system time follow it.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / TICKS
}
