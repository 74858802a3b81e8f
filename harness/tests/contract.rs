//! Every contract of this repository as a test: `cargo test --test contract`, with libtest's own flags.

fn main() -> std::process::ExitCode {
    pgattest::cli::contracts(env!("CARGO_MANIFEST_DIR"))
}
