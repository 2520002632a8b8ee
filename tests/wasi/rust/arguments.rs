// Arguments, environment and standard streams through std.
use std::env;
use std::io::{self, BufRead, Read, Write};

fn main() {
    let arguments: Vec<String> = env::args().collect();
    assert_eq!(arguments[1..], ["one", "two words"]);
    assert_eq!(env::var("GREETING").as_deref(), Ok("hello"));
    assert_eq!(env::var("EMPTY").as_deref(), Ok(""));
    assert!(env::var("PATH").is_err());
    assert!(env::vars().count() >= 2);

    let stdin = io::stdin();
    let mut line = String::new();
    assert_eq!(stdin.lock().read_line(&mut line).unwrap(), 9);
    assert_eq!(line, "line one\n");
    let mut rest = Vec::new();
    stdin.lock().read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"line two\n");
    assert_eq!(stdin.lock().read(&mut [0; 8]).unwrap(), 0);

    writeln!(io::stdout(), "to output").unwrap();
    writeln!(io::stderr(), "to error").unwrap();
    io::stdout().flush().unwrap();
}
