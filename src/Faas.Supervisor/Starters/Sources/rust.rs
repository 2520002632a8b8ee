use std::io::{self, Read};

// Input is stdin, output is stdout; what goes to stderr is in the function's log.
fn main() -> io::Result<()> {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input)?;
    let name = match input.trim() {
        "" => "world",
        name => name,
    };
    println!("Hello, {name}!");
    Ok(())
}
