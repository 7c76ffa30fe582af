//! How data leaves: as JSON, to stdout, or to a file.
//!
//! A regular file is written whole or not at all: beside its place first, then moved there. Links are followed. Devices,
//! pipes and open file descriptors are written through and never replaced. The cost is that a file whose folder takes
//! no new files is written in place.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;

use waaudit_model::error::Failure;

/// The file name that means stdout.
const STDOUT: &str = "-";
/// What is below these is a process's open file, whatever kind of file it is: writing goes on where it is.
const OPEN_FILES: &[&str] = &["/dev/fd", "/dev/stdout", "/dev/stderr", "/proc"];
/// So many bytes are gathered before they are written.
const BUFFER: usize = 64 * 1024;
/// Linux follows as many links: <https://man7.org/linux/man-pages/man7/path_resolution.7.html>.
const MOST_LINKS: usize = 40;

/// Indented JSON with a line end; `what` names it in an error.
pub fn json(what: &str, value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string_pretty(value);
    json.map(|json| json + "\n").map_err(|error| Failure::new(format!("could not write the {what}: {error}")))
}

/// JSON in one line, with a line end; `what` names it in an error.
pub fn line(what: &str, value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string(value);
    json.map(|json| json + "\n").map_err(|error| Failure::new(format!("could not write the {what}: {error}")))
}

/// What is written, to wherever it goes; twice, where the first place turns out to be none.
type Fill<'f> = &'f dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Writes data to stdout. A closed pipe is no error.
pub fn write_stdout(text: &str) -> Result<(), Failure> {
    fill_stdout(&|to| to.write_all(text.as_bytes()))
}

fn fill_stdout(fill: Fill) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    without_broken_pipe(fill(&mut stdout).and_then(|()| stdout.flush()))
        .map_err(|error| Failure::new(format!("could not write to stdout: {error}")))
}

/// Writes indented JSON with a line end, to a file that the user named or to stdout. It is a stream: at no time is the whole
/// of it in memory.
pub fn write_json(file: Option<&Path>, value: &impl Serialize) -> Result<(), Failure> {
    write_stream(file, &|to| indented(value, to))
}

/// Indented JSON with a line end.
pub fn indented(value: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, value)?;
    to.write_all(b"\n")
}

/// Writes what is made piece by piece, to a file that the user named or to stdout.
pub fn write_stream(file: Option<&Path>, pieces: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let fill = |to: &mut dyn Write| {
        let mut to = BufWriter::with_capacity(BUFFER, to);
        pieces(&mut to)?;
        to.flush()
    };
    match file.filter(|file| !is_stdout(file)) {
        Some(file) => write(file, &fill).map_err(|error| Failure::file("write", file, &error)),
        None => fill_stdout(&fill),
    }
}

/// Whether a file that the user named is stdout.
pub fn is_stdout(file: &Path) -> bool {
    file == Path::new(STDOUT)
}

/// Writes a file that the user named: `-` is stdout, a regular or new file is written whole or not at all, and what
/// is no regular file (a device, a pipe, `/dev/stdout`) is written through.
pub fn write_whole(file: &Path, text: &str) -> Result<(), Failure> {
    if is_stdout(file) {
        return write_stdout(text);
    }
    write(file, &|to| to.write_all(text.as_bytes())).map_err(|error| Failure::file("write", file, &error))
}

/// Writes text to a file that the user named, or to stdout.
pub fn write_text(file: Option<&Path>, text: &str) -> Result<(), Failure> {
    file.map_or_else(|| write_stdout(text), |file| write_whole(file, text))
}

fn write(file: &Path, fill: Fill) -> io::Result<()> {
    match Place::of(file)? {
        Place::Through(file) => without_broken_pipe(write_through(&file, fill)),
        Place::File(file) => replace(&file, fill),
    }
}

/// Where data goes, links followed.
enum Place {
    /// A device, a pipe, an open file.
    Through(PathBuf),
    /// A regular file, or a name that is free.
    File(PathBuf),
}

impl Place {
    fn of(file: &Path) -> io::Result<Self> {
        let mut file = file.to_owned();
        for _ in 0..MOST_LINKS {
            if OPEN_FILES.iter().any(|open| file.starts_with(open)) {
                return Ok(Self::Through(file));
            }
            match std::fs::symlink_metadata(&file) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::File(file)),
                Err(error) => return Err(error),
                Ok(there) if there.is_symlink() => {
                    // A relative link starts from its own folder; joining an absolute one replaces all.
                    file = folder(&file).join(std::fs::read_link(&file)?);
                }
                Ok(there) if there.is_file() => return Ok(Self::File(file)),
                Ok(_) => return Ok(Self::Through(file)),
            }
        }
        Err(io::Error::other("too many levels of symbolic links"))
    }
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A pipe has no end to cut off, and a redirected stdout may hold other output already: data is added.
fn write_through(file: &Path, fill: Fill) -> io::Result<()> {
    let mut open = OpenOptions::new().append(true).open(file)?;
    fill(&mut open).and_then(|()| open.flush())
}

/// Puts a whole file in the place of another one, or of none.
fn replace(file: &Path, fill: Fill) -> io::Result<()> {
    let Ok(mut beside) = beside(file) else { return write_in_place(file, fill) };
    fill(&mut beside)?;
    beside.as_file().sync_all()?;
    // A file that is a mount of its own can't be replaced, only written.
    beside.persist(file).map(drop).or_else(|_| write_in_place(file, fill))
}

/// A new file in the same folder, with the mode of the old one, or the one that the umask gives.
fn beside(file: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let there = std::fs::metadata(file).ok();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let beside = builder.prefix(".waaudit-").tempfile_in(folder(file))?;
    if let Some(there) = there {
        beside.as_file().set_permissions(there.permissions())?;
        keep_owner(beside.as_file(), &there);
    }
    Ok(beside)
}

/// Where root replaces the file of another user, it stays that user's.
#[cfg(unix)]
fn keep_owner(file: &File, there: &std::fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    // Another user is the owner already, or may not give the file away.
    let _ = std::os::unix::fs::fchown(file, Some(there.uid()), Some(there.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &std::fs::Metadata) {}

fn write_in_place(file: &Path, fill: Fill) -> io::Result<()> {
    let mut open = File::create(file)?;
    fill(&mut open).and_then(|()| open.sync_all())
}

fn without_broken_pipe(written: io::Result<()>) -> io::Result<()> {
    written.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    use std::path::Path;
    use std::process::Command;

    use serde::ser::{Error, Serialize, SerializeSeq, Serializer};

    use super::{BUFFER, write_json, write_whole};

    fn text(file: &Path) -> String {
        std::fs::read_to_string(file).unwrap()
    }

    fn names(folder: &Path) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    fn mode(file: &Path) -> u32 {
        std::fs::metadata(file).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_new_or_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        write_whole(&file, "one").unwrap();
        assert_eq!((text(&file).as_str(), names(folder.path())), ("one", 1));
        let plain = tempfile::tempdir().unwrap();
        std::fs::write(plain.path().join("plain"), "").unwrap();
        assert_eq!(mode(&file), mode(&plain.path().join("plain")), "as the umask says");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        write_whole(&file, "two").unwrap();
        assert_eq!((text(&file).as_str(), names(folder.path()), mode(&file)), ("two", 1, 0o640));
    }

    /// A list that is longer than what is gathered, and breaks off if it is told to.
    struct Long {
        breaks: bool,
    }

    impl Serialize for Long {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            for _ in 0..BUFFER {
                list.serialize_element(&7)?;
            }
            if self.breaks { Err(S::Error::custom("broke off")) } else { list.end() }
        }
    }

    #[test]
    fn json_goes_out_as_a_stream_that_replaces_a_file_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        write_json(Some(&file), &Long { breaks: false }).unwrap();
        let whole = text(&file);
        assert!(whole.starts_with("[\n  7,\n") && whole.ends_with("  7\n]\n") && whole.len() > 4 * BUFFER);
        let error = write_json(Some(&file), &Long { breaks: true }).unwrap_err().to_string();
        assert!(error.contains("broke off"), "{error}");
        assert_eq!((text(&file), names(folder.path())), (whole, 1));
    }

    #[test]
    fn a_folder_that_is_missing_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("none/report.json");
        let error = write_whole(&file, "one").unwrap_err().to_string();
        assert!(error.contains("none/report.json: No such file") && !error.contains(".waaudit-"), "{error}");
        assert!(write_whole(folder.path(), "one").is_err(), "a folder is no file");
    }

    #[test]
    fn a_file_in_a_folder_that_takes_no_new_ones_is_written_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        std::fs::write(&file, "older and longer").unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
        let written = write_whole(&file, "one");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        written.unwrap();
        assert_eq!((text(&file).as_str(), names(folder.path())), ("one", 1));
    }

    #[test]
    fn links_are_followed_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (there, new) = (folder.path().join("there.json"), folder.path().join("new.json"));
        std::fs::write(&there, "old").unwrap();
        for (link, target) in [("a", "there.json"), ("b", "a"), ("c", "new.json")] {
            symlink(target, folder.path().join(link)).unwrap();
        }
        write_whole(&folder.path().join("b"), "one").unwrap();
        write_whole(&folder.path().join("c"), "two").unwrap();
        assert_eq!((text(&there).as_str(), text(&new).as_str()), ("one", "two"));
        assert!(["a", "b", "c"].iter().all(|link| folder.path().join(link).is_symlink()));
        symlink("round", folder.path().join("round")).unwrap();
        assert!(write_whole(&folder.path().join("round"), "three").is_err());
    }

    #[test]
    fn a_device_and_a_link_to_it_are_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("null");
        symlink("/dev/null", &link).unwrap();
        write_whole(&link, "gone").unwrap();
        assert!(link.is_symlink() && std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }

    #[test]
    fn a_pipe_is_written_through_and_stays_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = Command::new("cat").arg(&pipe).stdout(std::process::Stdio::piped()).spawn().unwrap();
        write_whole(&pipe, "through").unwrap();
        assert_eq!(reader.wait_with_output().unwrap().stdout, b"through");
        assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
    }

    #[test]
    fn an_open_file_descriptor_is_written_where_it_is() {
        use std::io::{Read, Write};
        use std::os::fd::AsRawFd;
        let (mut reader, writer) = std::io::pipe().unwrap();
        write_whole(Path::new(&format!("/dev/fd/{}", writer.as_raw_fd())), "through").unwrap();
        drop(writer);
        let mut read = String::new();
        reader.read_to_string(&mut read).unwrap();
        assert_eq!(read, "through");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log");
        let mut open = std::fs::OpenOptions::new().append(true).create(true).open(&file).unwrap();
        open.write_all(b"before ").unwrap();
        write_whole(Path::new(&format!("/dev/fd/{}", open.as_raw_fd())), "after").unwrap();
        assert_eq!(text(&file), "before after");
    }

    #[test]
    fn runs_side_by_side_leave_one_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        let all: Vec<String> = (0..8).map(|n| n.to_string().repeat(100_000)).collect();
        std::thread::scope(|scope| {
            for one in &all {
                scope.spawn(|| write_whole(&file, one).unwrap());
            }
        });
        assert!(all.contains(&text(&file)));
        assert_eq!(names(folder.path()), 1);
    }
}
