// Symbolic links through std; 1.63 has them for wasi only behind a feature, so they are made by the raw call.
use std::fs;

#[link(wasm_import_module = "wasi_snapshot_preview1")]
extern "C" {
    fn path_symlink(target: *const u8, target_len: usize, fd: u32, path: *const u8, path_len: usize) -> u16;
    fn path_readlink(fd: u32, path: *const u8, path_len: usize, buffer: *mut u8, buffer_len: usize, used: *mut usize) -> u16;
}

const ROOT: u32 = 3;
const EXIST: u16 = 20;
const INVAL: u16 = 28;
const NOENT: u16 = 44;
const PERM: u16 = 63;

fn symlink(target: &str, path: &str) -> u16 {
    unsafe { path_symlink(target.as_ptr(), target.len(), ROOT, path.as_ptr(), path.len()) }
}

fn readlink(path: &str, room: usize) -> Result<String, u16> {
    let mut buffer = vec![0; room];
    let mut used = 0;
    match unsafe { path_readlink(ROOT, path.as_ptr(), path.len(), buffer.as_mut_ptr(), room, &mut used) } {
        0 => Ok(String::from_utf8(buffer[..used].to_vec()).unwrap()),
        errno => Err(errno),
    }
}

fn main() {
    fs::create_dir("d").unwrap();
    fs::write("d/f", "inside").unwrap();
    assert_eq!(symlink("d/f", "s"), 0);
    assert_eq!(symlink("d/f", "s"), EXIST);
    assert_eq!(symlink("", "e"), NOENT);
    assert_eq!(symlink("/", "e"), PERM);
    assert_eq!(readlink("s", 100), Ok("d/f".into()));
    assert_eq!(readlink("s", 2), Ok("d/".into()));
    assert_eq!(readlink("d/f", 100), Err(INVAL));
    assert_eq!(readlink("missing", 100), Err(NOENT));
    assert_eq!(fs::read_to_string("s").unwrap(), "inside");
    assert!(fs::symlink_metadata("s").unwrap().file_type().is_symlink());
    assert!(fs::metadata("s").unwrap().is_file());
    assert_eq!(fs::read_link("s").unwrap().to_str(), Some("d/f"));

    assert_eq!(symlink("d", "dir"), 0);
    assert_eq!(fs::read_to_string("dir/f").unwrap(), "inside");
    assert_eq!(fs::read_dir("dir").unwrap().count(), 1);
    assert!(fs::remove_dir("dir").is_err());
    fs::remove_file("dir").unwrap();
    assert!(fs::metadata("d/f").is_ok());

    assert_eq!(symlink("b", "a"), 0);
    assert_eq!(symlink("a", "b"), 0);
    assert!(fs::read("a").is_err());
    assert_eq!(symlink("../outside", "up"), 0);
    assert!(fs::read("up").is_err());
    assert!(fs::read("../outside").is_err());
    assert!(fs::read("d/../../outside").is_err());
    assert!(fs::read("/etc/passwd").is_err());
    fs::remove_dir_all("d").unwrap();
    assert!(fs::read("s").is_err());
}
