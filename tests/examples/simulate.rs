//! Simulates histories: `cargo run -p federation --example simulate -- FIRST COUNT`.

use federation::simulation::simulate_many;

fn main() {
    let number =
        |at: usize, otherwise| std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (first, count) = (number(1, 1), number(2, 100));
    match simulate_many(first, count, 2) {
        Ok(tally) => println!("{count} histories hold: {tally:?}"),
        Err(failure) => {
            eprintln!("{failure}");
            std::process::exit(1);
        }
    }
}
