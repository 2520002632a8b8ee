// Reverses each line of the input, character by character (not byte by byte).
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let stdin = io::stdin();
    let mut out = io::BufWriter::new(io::stdout());
    for line in stdin.lock().lines() {
        let reversed: String = line?.chars().rev().collect();
        writeln!(out, "{}", reversed)?;
    }
    out.flush()
}
