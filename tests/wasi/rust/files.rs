// Files and directories through std::fs.
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, IoSlice, IoSliceMut, Read, Seek, SeekFrom, Write};

fn kind<T>(result: std::io::Result<T>) -> ErrorKind {
    match result {
        Ok(_) => panic!("expected an error"),
        Err(error) => error.kind(),
    }
}

fn contents() {
    fs::write("f", "0123456789").unwrap();
    assert_eq!(fs::read_to_string("f").unwrap(), "0123456789");
    assert_eq!(fs::read_to_string("/f").unwrap(), "0123456789");
    assert_eq!(kind(fs::read("missing")), ErrorKind::NotFound);
    assert_eq!(kind(OpenOptions::new().write(true).create_new(true).open("f")), ErrorKind::AlreadyExists);

    let mut file = OpenOptions::new().read(true).write(true).open("f").unwrap();
    assert_eq!(file.seek(SeekFrom::End(-3)).unwrap(), 7);
    let mut tail = String::new();
    file.read_to_string(&mut tail).unwrap();
    assert_eq!(tail, "789");
    assert!(file.seek(SeekFrom::Current(-100)).is_err());
    file.rewind().unwrap();
    assert_eq!(file.write_vectored(&[IoSlice::new(b"ab"), IoSlice::new(b""), IoSlice::new(b"cde")]).unwrap(), 5);
    file.rewind().unwrap();
    let (mut a, mut b) = ([0; 4], [0; 3]);
    assert_eq!(file.read_vectored(&mut [IoSliceMut::new(&mut a), IoSliceMut::new(&mut b)]).unwrap(), 7);
    assert_eq!((&a, &b), (b"abcd", b"e56"));
    file.set_len(3).unwrap();
    file.set_len(5).unwrap();
    file.sync_all().unwrap();
    file.sync_data().unwrap();
    assert_eq!(fs::read("f").unwrap(), b"abc\0\0");
    assert_eq!(file.metadata().unwrap().len(), 5);

    let mut append = OpenOptions::new().append(true).open("f").unwrap();
    append.write_all(b"!").unwrap();
    assert_eq!(fs::read("f").unwrap(), b"abc\0\0!");
    assert!(append.read(&mut [0; 1]).is_err());
    assert!(File::open("f").unwrap().write(b"x").is_err());

    fs::copy("f", "copy").unwrap();
    assert_eq!(fs::read("copy").unwrap(), b"abc\0\0!");
    fs::hard_link("copy", "hard").unwrap();
    fs::remove_file("copy").unwrap();
    assert_eq!(fs::read("hard").unwrap(), b"abc\0\0!");
    fs::rename("hard", "f").unwrap();
    assert!(fs::metadata("hard").is_err());

    // 1 MiB in uneven pieces.
    let bytes: Vec<u8> = (0..1u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut big = File::create("big").unwrap();
    for piece in bytes.chunks(7777) {
        big.write_all(piece).unwrap();
    }
    assert!(fs::read("big").unwrap() == bytes);
    fs::remove_file("big").unwrap();
}

fn directories() {
    fs::create_dir("d").unwrap();
    assert_eq!(kind(fs::create_dir("d")), ErrorKind::AlreadyExists);
    fs::create_dir_all("d/a/b/c").unwrap();
    fs::create_dir_all("d/a/b/c").unwrap();
    assert!(fs::remove_dir("d/a").is_err());
    assert!(fs::remove_file("d/a").is_err());
    assert!(fs::metadata("d/a/b").unwrap().is_dir());
    for i in 0..300 {
        fs::write(format!("d/file-{i}"), i.to_string()).unwrap();
    }
    let mut names = BTreeSet::new();
    let mut kinds = HashMap::new();
    for entry in fs::read_dir("d").unwrap() {
        let entry = entry.unwrap();
        assert!(names.insert(entry.file_name().into_string().unwrap()));
        *kinds.entry(entry.file_type().unwrap().is_dir()).or_insert(0) += 1;
        assert!(entry.metadata().is_ok());
    }
    assert_eq!(names.len(), 301);
    assert_eq!((kinds[&true], kinds[&false]), (1, 300));
    fs::rename("d/a", "moved").unwrap();
    fs::write("moved/b/c/deep", "x").unwrap();
    assert_eq!(fs::read_to_string("moved/b/../b/./c/deep").unwrap(), "x");
    fs::remove_dir_all("d").unwrap();
    fs::remove_dir_all("moved").unwrap();
    assert_eq!(kind(fs::read_dir("d")), ErrorKind::NotFound);
}

fn times() {
    let before = std::time::SystemTime::now();
    fs::write("t", "x").unwrap();
    let modified = fs::metadata("t").unwrap().modified().unwrap();
    let slack = std::time::Duration::from_secs(1);
    assert!(modified + slack >= before && modified <= std::time::SystemTime::now() + slack);
    let start = std::time::Instant::now();
    std::thread::sleep(std::time::Duration::from_millis(15));
    assert!(start.elapsed() >= std::time::Duration::from_millis(15));
}

fn main() {
    contents();
    directories();
    times();
}
